import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';
import { faultOfPattern, writtenNumber } from '../typed/index.ts';
import { colourOf, faultOfContrast } from './contrast.ts';
import { type AgencyFault, AgencyFaults } from './faults.ts';
import { readAgencyFile } from './read.ts';
import { STATEMENT_NAMES, statementPlace } from './statement-names.ts';

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

const MOST_PATTERNS = 10;
const MOST_PHONES = 6;
/** How numbers of the agency are written, such as `ABC-####-######`. */
const pattern = z.string().superRefine((text, context) => {
  const fault = faultOfPattern(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const colour = z.string().regex(/^#[0-9a-f]{6}$/i, 'is not a colour such as #481441');

const AGENCY_FILE = 'agency.json';

/** Whether the runtime knows how to read a text as the code of a language (BCP 47). */
function isLanguage(code: string): boolean {
  try {
    return Intl.getCanonicalLocales(code).length === 1;
  } catch {
    return false;
  }
}

const AgencyFile = z.strictObject({
  name: localizedName,
  shortName: localizedName,
  country: localizedName,
  languages: z.array(z.string().refine(isLanguage, 'is not the code of a language, such as "es"')).min(1),
  timeZone: z.string().refine((zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
    } catch {
      return false;
    }
  }, 'is not an IANA time zone, such as "Europe/Oslo"'),
  contact: z.strictObject({
    phone: z.string(),
    email: z.email(),
    hours: localized,
    /** Further lines, such as one for people who are deaf. */
    otherPhones: z
      .array(z.strictObject({ for: localized, number: z.string(), hours: localized }))
      .max(MOST_PHONES)
      .default([]),
    /** Where letters go, a line each. */
    address: z.array(z.string().min(1)).min(1).max(8),
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
    .refine(
      (country) => isSupportedCountry(country),
      'is not the code of a country with telephone numbers, such as "US"',
    )
    .optional(),
  statements: z.strictObject({
    privacy: statementPlace,
    terms: statementPlace,
    accessibility: statementPlace,
  }),
  fictional: z.boolean(),
  /** The size of paper on which notices are printed. */
  paper: z.enum(['a4', 'us-letter']).default('a4'),
  /** The two colours of the band on top of an email, and of its button. */
  mailColours: z.strictObject({ band: colour, onBand: colour }).optional(),
  officialBanner: z
    .strictObject({
      suffixes: z.array(z.string().startsWith('.', 'must begin with a dot')).min(1),
      text: localized,
    })
    .optional(),
  receipt: z.strictObject({
    /** How receipt numbers are written; new ones as the first, and others that were given before. */
    patterns: z.array(pattern).min(1).max(MOST_PATTERNS),
    example: z.string(),
    /** What people look for, in words: "3 letters and 10 digits". */
    hint: localized,
  }),
  policy: z.looseObject({ profile: z.enum(['standard', 'strict']) }),
});

/** All that an agency says of itself. Statuses, forms and help are read by the modules that use them. */
export type Agency = z.infer<typeof AgencyFile> & { readonly folder: string };

/**
 * Reads `agency.json` of an agency's folder.
 * @throws {AgencyFaults} with every fault of the file
 */
export function loadAgency(folder: string): Agency {
  const agency = readAgencyFile(folder, AGENCY_FILE, AgencyFile);
  const { name, shortName, country, contact, officialBanner, mailColours, receipt } = agency;
  const texts: Readonly<Record<string, Localized | undefined>> = {
    name,
    shortName,
    country,
    'contact.hours': contact.hours,
    'contact.papers.how': contact.papers?.how,
    'officialBanner.text': officialBanner?.text,
    ...Object.fromEntries(
      contact.otherPhones.flatMap(({ for: whom, hours }, at) => [
        [`contact.otherPhones, entry ${at + 1}.for`, whom],
        [`contact.otherPhones, entry ${at + 1}.hours`, hours],
      ]),
    ),
    ...Object.fromEntries(
      STATEMENT_NAMES.flatMap((name) => {
        const place = agency.statements[name];
        return place === 'text' ? [] : [[`statements.${name}`, place]];
      }),
    ),
    'receipt.hint': receipt.hint,
  };
  const faults: AgencyFault[] = Object.entries(texts).flatMap(([place, text]) =>
    faultsOfText(AGENCY_FILE, place, text, agency.languages),
  );
  const unreadable =
    mailColours === undefined
      ? null
      : faultOfContrast(colourOf(mailColours.onBand), colourOf(mailColours.band));
  if (writtenNumber(receipt.patterns.slice(0, 1), receipt.example) !== receipt.example)
    faults.push({
      file: AGENCY_FILE,
      reason: `receipt.example: must be written as ${receipt.patterns[0]}`,
    });
  if (unreadable !== null) faults.push({ file: AGENCY_FILE, reason: `mailColours: ${unreadable}` });
  if (faults.length > 0) throw new AgencyFaults(faults, folder);
  return { ...agency, folder };
}

/** The languages in which a text of an agency is missing, as faults; none where there is no text. */
export function faultsOfText(
  file: string,
  place: string,
  text: Localized | undefined,
  languages: readonly string[],
): readonly AgencyFault[] {
  return text === undefined
    ? []
    : languages
        .filter((language) => text[language] === undefined)
        .map((language) => ({ file, reason: `${place}: no ${language}` }));
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
