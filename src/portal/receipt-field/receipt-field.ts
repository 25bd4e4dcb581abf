import type { z } from 'zod';
import { inLanguage } from '../../platform/agency/index.ts';
import { line, readAs } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';

/** Longest text from which a receipt number is read, with a label around it. */
const LONGEST = 100;

/** The answer to a question for a receipt number of the agency, however it is typed or pasted. */
export function receiptField(
  { receipts }: Pick<CaseCatalogue, 'receipts'>,
  { missing, wrong }: { readonly missing: PlainWordKey; readonly wrong: PlainWordKey },
): z.ZodType<string, unknown> {
  return readAs(line({ missing, most: LONGEST }), (typed) => receipts.read(typed), wrong);
}

/** How receipt numbers of the agency look, with an example. */
export function receiptHint({ agency, words }: Pick<Page, 'agency' | 'words'>): string {
  const { hint, example } = agency.receipt;
  return words.t('cases.receipt-hint', { hint: inLanguage(hint, words.language), example });
}
