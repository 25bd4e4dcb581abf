import type { Agency } from '../../platform/agency/index.ts';
import { writtenNumber } from '../../platform/typed/index.ts';

/** The receipt numbers of an agency, by what its file says of them. */
export type ReceiptNumbers = {
  /** A receipt number as it is stored, from whatever a person types or pastes; null where there is none. */
  read(typed: string): string | null;
  /** Whether a text is a receipt number exactly as it is stored. */
  has(text: string): boolean;
  /** How they are written, for whoever sends them. */
  readonly patterns: readonly string[];
};

/** How the receipt numbers of an agency are read. */
export function receiptNumbers({ patterns }: Pick<Agency['receipt'], 'patterns'>): ReceiptNumbers {
  const read = (typed: string) => writtenNumber(patterns, typed);
  return { patterns, read, has: (text) => read(text) === text };
}
