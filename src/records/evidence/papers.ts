import { sql } from 'kysely';
import { z } from 'zod';
import type { Localized } from '../../platform/agency/index.ts';
import { sealedColumn } from '../../platform/crypto/index.ts';

/** A paper that the agency asks for, in its own words: one text, or the same text in several languages. */
export type Paper = {
  readonly name: string | Localized;
  readonly note: string | Localized | null;
};

const words = z.union([z.string(), z.record(z.string(), z.string())]);
const StoredPapers = z.array(z.object({ name: words, note: words.nullable() }));

export const REQUEST_PAPERS = sealedColumn({
  table: 'evidence_request',
  column: 'papers_sealed',
  under: 'case_record',
  of: sql`t.receipt`,
});
/** Where the papers of a request are sealed, under the data key of its case. */
export const { place: papersPlace } = REQUEST_PAPERS;

/** Papers as text to be sealed. */
export const writePapers = (papers: readonly Paper[]): string => JSON.stringify(papers);

/** @throws when the text was not written by `writePapers` */
export const readPapers = (text: string): readonly Paper[] => StoredPapers.parse(JSON.parse(text));
