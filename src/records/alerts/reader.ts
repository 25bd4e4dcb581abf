import { sql } from 'kysely';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addJob } from '../../platform/jobs/index.ts';
import type { Reader } from '../../platform/stream/index.ts';
import { hearingAccounts } from '../cases/index.ts';
import { type Change, isRecent } from '../changes/index.ts';
import { isAlertKind, isWritten } from './groups.ts';

/** The job that tells everybody whose turn it is. */
export const TELL = 'tell-of-changes';

/** Asks for that job; however often that is done, it is done once. */
export const askToTell = (database: Database): Promise<void> =>
  addJob(database, TELL, { id: '' }, { key: TELL, queue: TELL });

/** Notes for each account what of its cases it has to hear of. What the person did is no news to them. */
export const alertReader = (clock: Clock): Reader<Change> => ({
  name: 'alerts',
  wants: isAlertKind,
  take: async (transaction, rows) => {
    const news = rows.filter((change) => change.source !== 'person' && isRecent(change));
    const column = <T>(of: (change: Change) => T) => news.map(of);
    const { rows: told } = await sql`
      with told as (
        insert into alert_change (account_id, seq)
        select hearing.account_id, given.seq
        from unnest(${column(({ seq }) => seq)}::bigint[], ${column(({ receipt }) => receipt)}::text[],
          ${column(({ accountId }) => accountId)}::uuid[], ${column(({ recordedAt }) => recordedAt)}::timestamptz[],
          ${column(({ kind }) => isWritten(kind))}::boolean[]
        ) as given (seq, receipt, account_id, recorded_at, is_written)
        cross join lateral (
          ${hearingAccounts(sql.ref('given.receipt'), sql.ref('given.recorded_at'))}
          union select given.account_id where given.is_written) hearing
        where given.account_id is null or given.account_id = hearing.account_id
        order by hearing.account_id, given.seq
        on conflict do nothing returning account_id
      )
      insert into alert_turn (account_id, due_at)
      select distinct account_id, ${clock.now()}::timestamptz from told order by account_id
      on conflict (account_id) do update set due_at = excluded.due_at
      returning account_id`.execute(transaction);
    if (told.length > 0) await askToTell(transaction);
  },
});
