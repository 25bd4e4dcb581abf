import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type ChangeKind, changing, type Note } from '../changes/index.ts';

/** That a person asked for a document on paper, as the office hears of it. */
export type OpenPaperCopy = {
  readonly id: string;
  readonly receipt: string;
  /** The agency's own id of the document. */
  readonly document: string;
  readonly askedAt: Date;
};

/** Copies on paper that were asked for and not settled, oldest first. For the office, so nobody is asked who they are. */
export async function openPaperCopies(database: Database): Promise<readonly OpenPaperCopy[]> {
  const { rows } = await sql<OpenPaperCopy>`
    select copy.id, receipt, event as document, asked_at as "askedAt"
    from paper_copy_request copy join document on document.id = copy.document_id
    where copy.state = 'asked' order by asked_at, copy.id`.execute(database);
  return rows;
}

/** What becomes of a copy that was asked for. */
export type SettledState = 'sent' | 'refused';

const NOTED = {
  sent: 'paper-copy-sent',
  refused: 'paper-copy-refused',
} as const satisfies Readonly<Record<SettledState, ChangeKind>>;

/** A copy of which somebody is told what became of it: only who asked for it sees that. */
type Settled = { readonly receipt: string; readonly documentId: string; readonly accountId: string };

function noteSettled(
  note: Note,
  { receipt, documentId, accountId }: Settled,
  state: SettledState,
  at: Date,
): void {
  note({ kind: NOTED[state], receipt, accountId, ref: documentId, at });
}

const Ids = z.array(z.uuid());

/**
 * Says of requests that are open what became of them; the person sees it on the document's page.
 * @returns those that were open; null where one is no id of a request at all
 */
export async function settlePaperCopies(
  database: Database,
  clock: Clock,
  ids: readonly string[],
  state: SettledState,
): Promise<readonly string[] | null> {
  const parsed = Ids.safeParse(ids);
  if (!parsed.success) return null;
  return changing(database, clock, 'office', async (transaction, note) => {
    const at = clock.now();
    const { rows } = await sql<Settled & { readonly id: string }>`
      update paper_copy_request copy set state = ${state}, settled_at = ${at}::timestamptz
      from document
      where copy.id = any(${parsed.data}::uuid[]) and copy.state = 'asked' and document.id = copy.document_id
      returning copy.id, document.receipt, copy.document_id as "documentId", copy.account_id as "accountId"`.execute(
      transaction,
    );
    for (const row of rows) noteSettled(note, row, state, at);
    return rows.map(({ id }) => id);
  });
}

/** A line by which the agency says what became of the copies of a document that are asked for. */
export type PaperCopyLine = {
  readonly event: string;
  readonly documentId: string;
  readonly state: SettledState;
  readonly at: Date;
  readonly digest: Buffer;
};

/** What is known of such lines, by the agency's ids. */
export const knowingPaperCopyLines = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from paper_copy_line where event = any(${events}::text[])`;

/**
 * Settles the copies that were asked for before a line, and notes it for whoever asked; keeps the lines that did.
 * @param lines of each document one
 * @returns the events of those lines; by the others nobody waits for a copy
 */
export async function settleByLines(
  transaction: Database,
  note: Note,
  lines: readonly PaperCopyLine[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const column = <T>(of: (line: PaperCopyLine) => T): T[] => lines.map(of);
  const { rows } = await sql<Settled & Pick<PaperCopyLine, 'event' | 'state' | 'at'>>`
    update paper_copy_request copy set state = said.state, settled_at = said.at
    from unnest(
      ${column(({ event }) => event)}::text[], ${column(({ documentId }) => documentId)}::uuid[],
      ${column(({ state }) => state)}::text[], ${column(({ at }) => at)}::timestamptz[]
    ) as said (event, document, state, at)
    join document on document.id = said.document
    where copy.document_id = said.document and copy.state = 'asked' and copy.asked_at <= said.at
    returning said.event, said.state, said.at, document.receipt, copy.document_id as "documentId",
      copy.account_id as "accountId"`.execute(transaction);
  for (const row of rows) noteSettled(note, row, row.state, row.at);
  const settled = new Set(rows.map(({ event }) => event));
  const kept = lines.filter(({ event }) => settled.has(event));
  await sql`
    insert into paper_copy_line (event, document_id, state, at, digest, imported_at)
    select *, ${now}::timestamptz from unnest(
      ${kept.map(({ event }) => event)}::text[], ${kept.map(({ documentId }) => documentId)}::uuid[],
      ${kept.map(({ state }) => state)}::text[], ${kept.map(({ at }) => at)}::timestamptz[],
      ${kept.map(({ digest }) => digest)}::bytea[])`.execute(transaction);
  return settled;
}
