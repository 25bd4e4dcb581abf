import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';

/** The same text in each language that the agency offers. */
export type Localized = Readonly<Record<string, string>>;

const localized = z.record(z.string(), z.string().min(1));

/** Line breaks, other control characters, and what turns the direction of the text around it. */
const NOT_IN_A_NAME = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
/** A name stands in subjects of mail, in text messages, in authenticator apps and in what passkeys show, each of one line. */
const localizedName = z.record(
  z.string(),
  z
    .string()
    .refine(
      (text) => text.trim() !== '' && !NOT_IN_A_NAME.test(text),
      'must be one line, without control characters',
    ),
);

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'not a colour such as #481441');

const AgencyFile = z.strictObject({
  name: localizedName,
  shortName: localizedName,
  country: localizedName,
  languages: z.array(z.string()).min(1),
  timeZone: z.string().refine((zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
    } catch {
      return false;
    }
  }, 'not an IANA time zone'),
  contact: z.strictObject({
    phone: z.string(),
    email: z.email(),
    hours: localized,
    /** How papers that the agency asked for are sent; without it people are told to ask. */
    papers: z
      .strictObject({
        how: localized,
        /** Where to, a line each. */
        address: z.array(z.string().min(1)).min(1).max(8).optional(),
      })
      .optional(),
  }),
  /** ISO 3166-1 alpha-2 of the country whose telephone numbers may be typed without its code. */
  phoneCountry: z
    .string()
    .refine((country) => isSupportedCountry(country), 'not a country with telephone numbers')
    .optional(),
  fictional: z.boolean(),
  /** The size of paper on which notices are printed. */
  paper: z.enum(['a4', 'us-letter']).default('a4'),
  /** The two colours of the band on top of an email, and of its button. */
  mailColours: z.strictObject({ band: colour, onBand: colour }).optional(),
  officialBanner: z
    .strictObject({ suffixes: z.array(z.string().startsWith('.')).min(1), text: localized })
    .optional(),
  receipt: z.strictObject({ prefix: z.string().regex(/^[A-Z]{3}$/), example: z.string() }),
  policy: z.looseObject({ profile: z.enum(['standard', 'strict']) }),
});

/** All that an agency says of itself. Statuses, forms and help are read by the modules that use them. */
export type Agency = z.infer<typeof AgencyFile> & { readonly folder: string };

/**
 * Reads `agency.json` of an agency's folder.
 * @throws an error that names every fault of the file
 */
export function loadAgency(folder: string): Agency {
  const agency = readAgencyFile(folder, 'agency.json', AgencyFile);
  const { name, shortName, country, contact, officialBanner } = agency;
  for (const text of [
    name,
    shortName,
    country,
    contact.hours,
    contact.papers?.how ?? name,
    officialBanner?.text ?? name,
  ]) {
    requireLanguages(text, agency.languages);
  }
  return { ...agency, folder };
}

/**
 * Reads one JSON file of an agency's folder.
 * @throws an error that names the file and every fault in it
 */
export function readAgencyFile<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const path = join(folder, name);
  const parsed = schema.safeParse(readJson(path));
  if (!parsed.success) throw new Error(`${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws when a text lacks one of the agency's languages */
export function requireLanguages(text: Localized, languages: readonly string[]): void {
  for (const language of languages) {
    if (text[language] === undefined) {
      throw new Error(`no ${language} for the agency's text "${Object.values(text)[0] ?? ''}"`);
    }
  }
}

/** The text in a language; languages are checked when the agency is loaded. */
export function inLanguage(text: Localized, language: string): string {
  return text[language] ?? Object.values(text)[0] ?? '';
}
