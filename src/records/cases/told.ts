import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { readingAccounts } from './store.ts';

/** That something changed which an account may read now. */
export type ToldChange = {
  readonly accountId: string;
  readonly seq: string;
  /** Null where the account itself changed. */
  readonly receipt: string | null;
};

/** What some accounts have to be told of. */
export type Told = {
  /** The number of the newest change of all: whoever is told this is told everything up to it. */
  readonly upTo: string;
  /** In the order of their numbers. */
  readonly changes: readonly ToldChange[];
};

/**
 * The changes after a number that some accounts may read, in one query for all of them.
 * @param after null for none at all, only the newest number
 * @param most how far it looks back at most, in numbers
 */
export async function changesFor(
  database: Database,
  { accountIds, after, most }: { accountIds: readonly string[]; after: string | null; most: number },
): Promise<Told> {
  const { rows } = await sql<{ upTo: string } & { [Field in keyof ToldChange]: ToldChange[Field] | null }>`
    with newest as (select coalesce(max(seq), 0) as seq from change),
    recent as materialized (
      select change.seq, change.receipt, change.account_id from change, newest
      where change.seq > ${after}::bigint and change.seq > newest.seq - ${most}::bigint
    ),
    told as (
      select recent.seq, recent.receipt, reading.account_id
      from recent cross join lateral (${readingAccounts(sql.ref('recent.receipt'))}) reading
      where recent.account_id is null or recent.account_id = reading.account_id
      union all
      select recent.seq, null, recent.account_id from recent
      where recent.receipt is null and recent.account_id is not null
    )
    select newest.seq as "upTo", told.seq, told.receipt, told.account_id as "accountId"
    from newest left join told on told.account_id = any(${accountIds}::uuid[])
    order by told.seq`.execute(database);
  return {
    upTo: rows[0]?.upTo ?? '0',
    changes: rows.flatMap(({ seq, receipt, accountId }) =>
      seq === null || accountId === null ? [] : [{ seq, receipt, accountId }],
    ),
  };
}
