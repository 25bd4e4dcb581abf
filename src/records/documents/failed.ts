import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { askForRendering } from './rendering.ts';

/** A document of a template that could not be made into a file, as the office hears of it: nothing personal. */
export type FailedDocument = {
  readonly id: string;
  /** The agency's own id of it. */
  readonly document: string;
  readonly template: string;
  readonly version: number;
  /** The language, and why; null where that was not noted. */
  readonly reason: string | null;
};

/** The documents that were given up, those that came in first before the others. */
export async function failedDocuments(database: Database): Promise<readonly FailedDocument[]> {
  const { rows } = await sql<FailedDocument>`
    select id, event as document, template, template_version as version, failure as reason
    from document where rendering = 'failed' order by imported_at, id`.execute(database);
  return rows;
}

const Ids = z.array(z.uuid());

/**
 * Lets documents that were given up wait again for their files: those of the ids, or all.
 * @returns those that were given up; null where one is no id of a document at all
 */
export async function tryFailedAgain(
  database: Database,
  clock: Clock,
  ids: readonly string[] | 'all',
): Promise<readonly string[] | null> {
  const parsed = Ids.safeParse(ids === 'all' ? [] : ids);
  if (!parsed.success) return null;
  const which = ids === 'all' ? sql`true` : sql`id = any(${parsed.data}::uuid[])`;
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ id: string }>`
      update document set rendering = 'waiting', failure = null, tries = 0, next_at = ${clock.now()}::timestamptz
      where rendering = 'failed' and ${which} returning id`.execute(transaction);
    if (rows.length > 0) await askForRendering(transaction);
    return rows.map(({ id }) => id);
  });
}
