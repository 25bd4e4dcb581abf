import { z } from 'zod';
import { plainDigits } from '../../../platform/digits/index.ts';
import { line } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';

/** RFC 5321 §4.5.3.1.3, without the brackets. */
const LONGEST = 254;

/** The form that asks for an email address. */
export const emailForm = z.object({
  email: line({ missing: 'person.email-missing', most: LONGEST })
    .transform(plainDigits)
    .refine((text) => z.email().safeParse(text).success, 'person.email-wrong' satisfies PlainWordKey),
});
