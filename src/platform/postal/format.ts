import type { PlainWordKey } from '../i18n/index.ts';
import { POSTAL_FIELDS, type PostalAddress, type PostalField } from './address.ts';
import { type CountryMetadata, metadataOf } from './metadata.ts';

/** The letters by which the metadata names the parts that are asked for here; the name and the organisation are not. */
const FIELDS_OF = {
  A: ['line1', 'line2'],
  D: ['district'],
  C: ['city'],
  S: ['state'],
  Z: ['postcode'],
  X: ['sorting'],
} as const satisfies Readonly<Record<string, readonly PostalField[]>>;
type Letter = keyof typeof FIELDS_OF;
const isLetter = (letter: string): letter is Letter => Object.hasOwn(FIELDS_OF, letter);

const POSTCODES = {
  postal: 'postal.postcode',
  zip: 'postal.zip',
  pin: 'postal.pin',
  eircode: 'postal.eircode',
} as const satisfies Record<string, PlainWordKey>;
const STATES = {
  province: 'postal.province',
  state: 'postal.state',
  emirate: 'postal.emirate',
  parish: 'postal.parish',
  island: 'postal.island',
  department: 'postal.department',
  region: 'postal.region',
  area: 'postal.area',
  county: 'postal.county',
  prefecture: 'postal.prefecture',
  do_si: 'postal.province',
  district: 'postal.district',
  oblast: 'postal.region',
} as const satisfies Record<string, PlainWordKey>;
const CITIES = {
  city: 'postal.city',
  suburb: 'postal.suburb',
  post_town: 'postal.town',
  district: 'postal.district',
} as const satisfies Record<string, PlainWordKey>;
const DISTRICTS = {
  suburb: 'postal.suburb',
  neighborhood: 'postal.neighborhood',
  district: 'postal.district',
  townland: 'postal.townland',
  village_township: 'postal.village',
} as const satisfies Record<string, PlainWordKey>;

/** What is called so; the usual name where the metadata has a new one. */
function named<Name extends string>(words: Readonly<Record<Name, PlainWordKey>>, name: string, usual: Name) {
  const isKnown = (each: string): each is Name => Object.hasOwn(words, each);
  return words[isKnown(name) ? name : usual];
}

/** A field of the addresses of a country. */
export type FormatField = {
  readonly name: PostalField;
  readonly label: PlainWordKey;
  /** Whether letters hardly arrive without it. */
  readonly isUsual: boolean;
  /** What may be chosen; none where anything may be written. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
};

/**
 * The fields of the addresses of a country, in the order in which its post reads them.
 * @param language of the page: the names of regions are in the country's own letters only where it is that
 */
export function fieldsOf(country: string, language: string): readonly FormatField[] {
  const data = metadataOf(country);
  return namesOf(data, language).map((name) => ({
    name,
    label: labelOf(name, data),
    isUsual: isUsual(name, data),
    options: name === 'state' ? regionsOf(data, language) : [],
  }));
}

/** Whether letters hardly arrive without it. */
export const isUsual = (name: PostalField, { require }: CountryMetadata): boolean =>
  name !== 'line2' &&
  [...require].some((letter) => isLetter(letter) && FIELDS_OF[letter].some((each) => each === name));

/** The names of the fields of a country, in the order of its addresses. */
export const namesOf = (data: CountryMetadata, language: string): readonly PostalField[] =>
  lettersOf(formatIn(data, language)).flatMap((letter) => FIELDS_OF[letter]);

const isNative = ({ lang }: CountryMetadata, language: string) =>
  lang !== undefined && lang.split('-')[0] === language.split('-')[0];

const formatIn = (data: CountryMetadata, language: string): string =>
  isNative(data, language) ? data.fmt : (data.lfmt ?? data.fmt);

const lettersOf = (format: string): readonly Letter[] =>
  [...format.matchAll(/%([A-Z])/g)].map(([, letter = '']) => letter).filter(isLetter);

const regionName = (
  { name }: CountryMetadata['sub_regions'][number],
  data: CountryMetadata,
  language: string,
) => (isNative(data, language) ? name.default : (name.latin ?? name.default));

function regionsOf(data: CountryMetadata, language: string): FormatField['options'] {
  const { compare } = new Intl.Collator(language);
  return data.sub_regions
    .map((region) => ({ value: region.key, label: regionName(region, data, language) }))
    .sort((a, b) => compare(a.label, b.label));
}

function labelOf(name: PostalField, data: CountryMetadata): PlainWordKey {
  switch (name) {
    case 'line1':
      return 'postal.line1';
    case 'line2':
      return 'postal.line2';
    case 'district':
      return named(DISTRICTS, data.sublocality_name_type, 'suburb');
    case 'city':
      return named(CITIES, data.locality_name_type, 'city');
    case 'state':
      return named(STATES, data.state_name_type, 'province');
    case 'postcode':
      return named(POSTCODES, data.zip_name_type, 'postal');
    case 'sorting':
      return 'postal.sorting';
  }
}

/** Whose post writes the short form of a region, such as `NY`. */
const SHORT_REGIONS = new Set(['US', 'CA', 'AU', 'BR', 'IT']);

/**
 * An address as its country's post reads it, a line each, without the country.
 * @param language of whoever reads it
 */
export function postalLines(address: PostalAddress, language: string): readonly string[] {
  const data = metadataOf(address.country);
  const value = (letter: Letter): string =>
    FIELDS_OF[letter].flatMap((name) => shown(name, address, data, language) ?? []).join('\n');
  return formatIn(data, language)
    .split('%n')
    .map((line) =>
      line
        // A sign or a country's letters before a code go with it.
        .replace(/[A-Z〒]*-?%Z/, (all) => (value('Z') === '' ? '' : all))
        .replaceAll(/%([A-Z])/g, (_, letter: string) => (isLetter(letter) ? value(letter) : '')),
    )
    .flatMap((line) => line.split('\n'))
    .map((line) => line.replace(/^[\s,\-/]+|[\s,\-/]+$/g, ''))
    .filter((line) => line !== '');
}

function shown(name: PostalField, address: PostalAddress, data: CountryMetadata, language: string) {
  const value = address[name];
  if (name !== 'state' || value === undefined || SHORT_REGIONS.has(address.country)) return value;
  const region = data.sub_regions.find(({ key }) => key === value);
  return region === undefined ? value : regionName(region, data, language);
}

/** An address of what was answered: of the fields of its country, those that have an answer. */
export function addressOf(
  country: string,
  answers: Readonly<Partial<Record<PostalField, string | null | undefined>>>,
): PostalAddress {
  const asked = new Set(namesOf(metadataOf(country), 'en'));
  const given = POSTAL_FIELDS.flatMap((name): [PostalField, string][] => {
    const answer = answers[name];
    return asked.has(name) && typeof answer === 'string' && answer !== '' ? [[name, answer]] : [];
  });
  return { country, ...Object.fromEntries(given) };
}
