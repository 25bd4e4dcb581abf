import type { z } from 'zod';
import { secretLine } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';

const answer = (missing: PlainWordKey): z.ZodType<string, unknown> => secretLine({ missing, most: 100 });

/** The three answers of a form, in the order of their questions. They are never shown again, kept or logged. */
export const ANSWERS = {
  answer1: answer('security-questions.first-answer-missing'),
  answer2: answer('security-questions.second-answer-missing'),
  answer3: answer('security-questions.third-answer-missing'),
};
