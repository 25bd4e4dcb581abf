import { z } from 'zod';
import { tidyLine } from '../../platform/typed/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { ListedDocument } from '../../records/documents/index.ts';

/** Which documents are asked for, as an address says it; empty for all. */
export type DocumentFilter = { readonly case: string; readonly kind: string; readonly year: string };

const text = z.string().transform(tidyLine).pipe(z.string().max(60)).catch('');
const Query = z.object({ case: text, kind: text, year: text });

/** Reads the query of an address; what cannot be read asks for nothing. */
export function filterOf(query: unknown, { receipts }: Pick<CaseCatalogue, 'receipts'>): DocumentFilter {
  const { case: receipt, kind, year } = Query.catch({ case: '', kind: '', year: '' }).parse(query);
  return { case: receipts.read(receipt) ?? receipt, kind, year };
}

export const isFiltered = (filter: DocumentFilter): boolean =>
  Object.values(filter).some((value) => value !== '');

export const yearOf = ({ issuedOn }: Pick<ListedDocument, 'issuedOn'>): string => issuedOn.slice(0, 4);

/** The documents that are asked for, in their order. */
export function filtered(
  documents: readonly ListedDocument[],
  { case: receipt, kind, year }: DocumentFilter,
): readonly ListedDocument[] {
  return documents.filter(
    (document) =>
      (receipt === '' || document.receipt === receipt) &&
      (kind === '' || document.type === kind) &&
      (year === '' || yearOf(document) === year),
  );
}

/** Documents by the year in which they were issued, in their order. */
export function byYear(
  documents: readonly ListedDocument[],
): readonly (readonly [string, readonly ListedDocument[]])[] {
  return [...Map.groupBy(documents, yearOf)];
}
