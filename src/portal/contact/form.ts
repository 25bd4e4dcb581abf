import { z } from 'zod';
import { type Fault, line, optionalLine, optionalName, type Typed } from '../../platform/http/index.ts';
import { COUNTRIES, type PlainWordKey } from '../../platform/i18n/index.ts';
import {
  addressOf,
  POSTAL_FIELDS,
  type PostalAddress,
  type PostalField,
  type PostalWarning,
  postalWarnings,
  tidyPostcode,
} from '../../platform/postal/index.ts';
import type { ContactDetails } from '../../records/contact/index.ts';

/** The two addresses that are asked for, as the names of their fields begin. */
export type Part = 'home' | 'mail';
export type FieldName = `${Part}-${PostalField}`;

/** A line of an address that a label for a letter holds. */
const LONGEST = 80;
const part = optionalLine({ most: LONGEST });
const postcode = part.transform((typed) => (typed === null ? null : tidyPostcode(typed)));
const country = (missing: PlainWordKey) =>
  line({ missing, most: 2 }).refine((code) => COUNTRIES.has(code), missing);

export const ContactForm = z.object({
  'home-country': country('contact.home-country-missing'),
  'home-line1': line({ missing: 'contact.home-line1-missing', most: LONGEST }),
  'home-line2': part,
  'home-district': part,
  'home-city': part,
  'home-state': part,
  'home-postcode': postcode,
  'home-sorting': part,
  'mail-same': z.literal('yes').nullable().catch(null).default(null),
  'mail-careOf': optionalName({ most: LONGEST }),
  'mail-country': part,
  'mail-line1': part,
  'mail-line2': part,
  'mail-district': part,
  'mail-city': part,
  'mail-state': part,
  'mail-postcode': postcode,
  'mail-sorting': part,
});
type Answers = z.infer<typeof ContactForm>;

export type ReadContact =
  | { readonly is: 'details'; readonly details: ContactDetails }
  | { readonly is: 'faults'; readonly faults: readonly Fault[] };

/** What was answered, as it is kept: only the fields that the countries have. */
export function detailsOf(answers: Answers): ReadContact {
  const home = addressIn(answers, 'home', answers['home-country']);
  if (answers['mail-same'] !== null) return { is: 'details', details: { home, mailing: null } };
  const country = answers['mail-country'] ?? '';
  const faults: Fault[] = [];
  if (!COUNTRIES.has(country)) faults.push({ field: 'mail-country', key: 'contact.mail-country-missing' });
  if (answers['mail-line1'] === null) faults.push({ field: 'mail-line1', key: 'contact.mail-line1-missing' });
  if (faults.length > 0) return { is: 'faults', faults };
  const mailing = { careOf: answers['mail-careOf'], address: addressIn(answers, 'mail', country) };
  return { is: 'details', details: { home, mailing } };
}

const addressIn = (answers: Answers, part: Part, country: string): PostalAddress =>
  addressOf(country, Object.fromEntries(POSTAL_FIELDS.map((field) => [field, answers[`${part}-${field}`]])));

/** A doubt about an answer, with where it stands. */
export type Doubt = { readonly part: Part; readonly country: string; readonly warning: PostalWarning };

/** Why letters to what was answered may not arrive. */
export function doubtsOf({ home, mailing }: ContactDetails): readonly Doubt[] {
  const of = (part: Part, address: PostalAddress): readonly Doubt[] =>
    postalWarnings(address).map((warning) => ({ part, country: address.country, warning }));
  return [...of('home', home), ...(mailing === null ? [] : of('mail', mailing.address))];
}

/** What the fields show of what was said before; nothing but the country where nothing was. */
export function typedContact(details: ContactDetails | null, country: string): Typed {
  if (details === null) return { 'home-country': country, 'mail-country': country, 'mail-same': 'yes' };
  const { home, mailing } = details;
  return {
    ...typedAddress('home', home),
    ...(mailing === null
      ? { 'mail-same': 'yes', 'mail-country': home.country }
      : { ...typedAddress('mail', mailing.address), 'mail-careOf': mailing.careOf ?? '' }),
  };
}

const typedAddress = (part: Part, { country, ...fields }: PostalAddress): Typed => ({
  [`${part}-country`]: country,
  ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [`${part}-${field}`, value ?? ''])),
});
