import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { mayRead } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import { goesElsewhere } from './safe-address.ts';

/** A line by which the office of a case says that it has a version of somebody's contact details. */
export type AcknowledgementLine = {
  readonly event: string;
  readonly receipt: string;
  /** The id of the version. */
  readonly contact: string;
  readonly at: Date;
  readonly digest: Buffer;
};

/** What is known of such lines, by the agency's ids. */
export const knowingAcknowledgements = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from contact_acknowledgement where event = any(${events}::text[])`;

/** What became of a line. */
export type Acknowledged = 'kept' | 'known-version' | 'no-such-version';

/**
 * Keeps lines and notes them for the person, whose settings say it then.
 * @param lines each of another event
 * @returns what became of each, by its event
 */
export async function acknowledgeByLines(
  transaction: Database,
  note: Note,
  lines: readonly AcknowledgementLine[],
  now: Date,
): Promise<ReadonlyMap<string, Acknowledged>> {
  const column = <T>(of: (line: AcknowledgementLine) => T): T[] => lines.map(of);
  const { rows } = await sql<{ event: string; accountId: string; isKnown: boolean; isElsewhere: boolean }>`
    select said.event, version.account_id as "accountId", exists (
      select from contact_acknowledgement before
      where before.contact_id = version.id and before.receipt = said.receipt
    ) as "isKnown", ${goesElsewhere(sql.ref('said.receipt'))} as "isElsewhere"
    from unnest(
      ${column(({ event }) => event)}::text[], ${column(({ receipt }) => receipt)}::text[],
      ${column(({ contact }) => contact)}::uuid[]
    ) as said (event, receipt, contact)
    join contact_version version on version.id = said.contact
    where ${mayRead(sql.ref('version.account_id'), sql.ref('said.receipt'))}`.execute(transaction);
  const found = new Map(rows.map((row) => [row.event, row]));
  const became = new Map<string, Acknowledged>();
  const taken = new Set<string>();
  const kept: AcknowledgementLine[] = [];
  for (const line of lines) {
    const row = found.get(line.event);
    const what = `${line.receipt} ${line.contact}`;
    if (row === undefined) became.set(line.event, 'no-such-version');
    else if (row.isKnown || taken.has(what)) became.set(line.event, 'known-version');
    else {
      became.set(line.event, 'kept');
      taken.add(what);
      kept.push(line);
      const { receipt, contact: ref, at } = line;
      if (!row.isElsewhere)
        note({ kind: 'contact-acknowledged', receipt, accountId: row.accountId, ref, at });
    }
  }
  const each = <T>(of: (line: AcknowledgementLine) => T): T[] => kept.map(of);
  await sql`
    insert into contact_acknowledgement (event, receipt, contact_id, at, digest, imported_at)
    select *, ${now}::timestamptz from unnest(
      ${each(({ event }) => event)}::text[], ${each(({ receipt }) => receipt)}::text[],
      ${each(({ contact }) => contact)}::uuid[], ${each(({ at }) => at)}::timestamptz[],
      ${each(({ digest }) => digest)}::bytea[])`.execute(transaction);
  return became;
}
