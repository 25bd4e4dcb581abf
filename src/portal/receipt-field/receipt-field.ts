import type { z } from 'zod';
import { line, readAs } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { type CaseCatalogue, isReceipt, normaliseReceipt } from '../../records/cases/index.ts';

/** Longest text from which a receipt number is read, with a label around it. */
const LONGEST = 100;

/** The answer to a question for a receipt number of the agency, however it is typed or pasted. */
export function receiptField(
  { receiptPrefix }: Pick<CaseCatalogue, 'receiptPrefix'>,
  { missing, wrong }: { readonly missing: PlainWordKey; readonly wrong: PlainWordKey },
): z.ZodType<string, unknown> {
  const read = (typed: string): string | null => {
    const receipt = normaliseReceipt(typed);
    return isReceipt(receipt, receiptPrefix) ? receipt : null;
  };
  return readAs(line({ missing, most: LONGEST }), read, wrong);
}
