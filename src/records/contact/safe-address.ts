import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';

/** Whether letters about a case go where the agency and the person agreed, or again where the person says. */
export type SafeAddressState = 'set' | 'lifted';

/**
 * Whether letters about a case go to an address that the agency and the person agreed on, as people do who would be in
 * danger if others found them. Portico is never told which, and nothing that is changed here takes its place.
 * @param receipt the column that names the case
 */
export const goesElsewhere = (receipt: RawBuilder<string>): RawBuilder<SqlBool> => sql<SqlBool>`coalesce((
  select line.state = 'set' from safe_address_line line where line.receipt = ${receipt}
  order by line.at desc, line.event desc limit 1), false)`;

export type SafeAddressLine = {
  readonly event: string;
  readonly receipt: string;
  readonly state: SafeAddressState;
  readonly at: Date;
  readonly digest: Buffer;
};

/** What is known of such lines, by the agency's ids. */
export const knowingSafeAddressLines = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from safe_address_line where event = any(${events}::text[])`;

/**
 * Keeps such lines.
 * @returns the events of those whose case is there
 */
export async function insertSafeAddressLines(
  transaction: Database,
  lines: readonly SafeAddressLine[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const column = <T>(of: (line: SafeAddressLine) => T): T[] => lines.map(of);
  const { rows } = await sql<{ event: string }>`
    insert into safe_address_line (event, receipt, state, at, digest, imported_at)
    select said.*, ${now}::timestamptz from unnest(
      ${column(({ event }) => event)}::text[], ${column(({ receipt }) => receipt)}::text[],
      ${column(({ state }) => state)}::text[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ digest }) => digest)}::bytea[]
    ) as said (event, receipt, state, at, digest)
    join case_record own using (receipt)
    returning event`.execute(transaction);
  return new Set(rows.map(({ event }) => event));
}
