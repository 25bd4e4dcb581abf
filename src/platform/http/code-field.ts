import { z } from 'zod';
import type { PlainWordKey } from '../i18n/index.ts';
import { digitCode } from '../typed/index.ts';
import { secretLine } from './form.ts';

const DIGITS = 6;
/** Longest text from which a code is read: people paste the sentence in which it stands. */
const LONGEST = 200;

/**
 * What a line is read as, such as a code or a number. What cannot be one is refused by the form, so it is no try that is counted.
 * @param read null for what cannot be one
 */
export function readAs<T>(
  field: z.ZodType<string, unknown>,
  read: (typed: string) => T | null,
  wrong: PlainWordKey,
): z.ZodType<T, unknown> {
  return field.transform((typed, context) => {
    const value = read(typed);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
}

/** The answer to a question for a code of six digits, however it is typed or pasted. */
export function oneTimeCode({ missing }: { readonly missing: PlainWordKey }): z.ZodType<string, unknown> {
  const field = secretLine({ missing, most: LONGEST });
  return readAs(field, (typed) => digitCode(typed, DIGITS), missing);
}
