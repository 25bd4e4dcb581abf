import { z } from 'zod';
import { line } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { type EmailFault, emailFault, tidyEmail } from '../../../platform/typed/index.ts';

/** Longest text from which an address is read, with what may stand around it. */
const LONGEST = 400;

const FAULTS = {
  wrong: 'person.email-wrong',
  'local-letters': 'person.email-local-letters',
  'too-long': 'form.too-long',
} as const satisfies Record<EmailFault, PlainWordKey>;

/** The form that asks for an email address. */
export const emailForm = z.object({
  email: line({ missing: 'person.email-missing', most: LONGEST })
    .transform(tidyEmail)
    .superRefine((email, context) => {
      const fault = emailFault(email) ?? (z.email().safeParse(email).success ? null : 'wrong');
      if (fault !== null) context.addIssue({ code: 'custom', message: FAULTS[fault] });
    }),
});
