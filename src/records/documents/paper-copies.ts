import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';

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

const Ids = z.array(z.uuid());

/**
 * Says of requests that are open what became of them; the person sees it on the document's page.
 * @returns those that were open; null where one is no id of a request at all
 */
export async function settlePaperCopies(
  database: Database,
  clock: Clock,
  ids: readonly string[],
  state: 'sent' | 'refused',
): Promise<readonly string[] | null> {
  const parsed = Ids.safeParse(ids);
  if (!parsed.success) return null;
  const { rows } = await sql<{ id: string }>`
    update paper_copy_request set state = ${state}, settled_at = ${clock.now()}::timestamptz
    where id = any(${parsed.data}::uuid[]) and state = 'asked' returning id`.execute(database);
  return rows.map(({ id }) => id);
}
