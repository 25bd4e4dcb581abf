import { isSupportedCountry, type PhoneNumberType, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';
import { line } from '../../../platform/http/index.ts';
import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import { tidyPhone } from '../../../platform/typed/index.ts';

declare const phoneNumber: unique symbol;
/** A telephone number in E.164, such as `+12025550142`, that can take text messages. */
export type PhoneNumber = string & { readonly [phoneNumber]: true };

export type PhoneResult =
  | { readonly is: 'number'; readonly number: PhoneNumber }
  /** Not a number of any country, or of none that we can tell without its code. */
  | { readonly is: 'wrong' }
  /** A real number that takes no text messages, or that costs whoever sends them. */
  | { readonly is: 'takes-no-texts' };

/** Where a number of a kind can be a mobile one. Premium and shared-cost numbers would be paid by the agency. */
const TAKES_TEXTS: Readonly<Record<PhoneNumberType, boolean>> = {
  MOBILE: true,
  FIXED_LINE_OR_MOBILE: true,
  FIXED_LINE: false,
  PREMIUM_RATE: false,
  SHARED_COST: false,
  TOLL_FREE: false,
  VOIP: false,
  PERSONAL_NUMBER: false,
  PAGER: false,
  UAN: false,
  VOICEMAIL: false,
};
const LONGEST = 40;

/**
 * Reads a telephone number however it was written.
 * @param country ISO 3166-1 alpha-2 of numbers without a country's code; without one, those are wrong
 */
export function parsePhone(typed: string, country?: string): PhoneResult {
  const defaultCountry = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const read = (text: string) =>
    parsePhoneNumberFromString(text, {
      ...(defaultCountry === undefined ? {} : { defaultCountry }),
      extract: false,
    });
  const text = tidyPhone(typed);
  const asTyped = read(text);
  // Most of the world dials 00 for abroad, also where this country dials something else.
  const parsed = asTyped?.isValid() === true ? asTyped : read(text.replace(/^00/, '+'));
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined) return { is: 'wrong' };
  const type = parsed.getType();
  if (type === undefined || !TAKES_TEXTS[type]) return { is: 'takes-no-texts' };
  return { is: 'number', number: asPhoneNumber(parsed.number) };
}

/** A number that was read before. */
export function asPhoneNumber(number: string): PhoneNumber {
  return Stored.parse(number);
}
const Stored = z
  .string()
  .regex(/^\+[1-9]\d{5,14}$/)
  .transform((number) => number as PhoneNumber);

const FAULTS = { wrong: 'phones.wrong', 'takes-no-texts': 'phones.takes-no-texts' } as const satisfies Record<
  string,
  PlainWordKey
>;

/** The answer to a question for a telephone number. */
export function phoneField(country?: string): z.ZodType<PhoneNumber, unknown> {
  return line({ missing: 'phones.missing', most: LONGEST }).transform((typed, context) => {
    const result = parsePhone(typed, country);
    if (result.is === 'number') return result.number;
    context.addIssue({ code: 'custom', message: FAULTS[result.is] });
    return z.NEVER;
  });
}

/** A number as its owner writes it, with the country's code. */
export function writtenPhone(number: PhoneNumber): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}

/** A number as it is named to somebody who has not proven to be its owner: "the number that ends in 42". */
export function maskedPhone(number: PhoneNumber, words: Words): string {
  return words.t('phones.ends-in', { digits: number.slice(-2) });
}
