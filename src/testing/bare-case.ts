import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/database/index.ts';

/** Adds a case of which nothing can be opened, for rules that need no more of it than its receipt. */
export async function bareCase(database: Database, clock: Clock, receipt: string): Promise<void> {
  const none = Buffer.alloc(1);
  await database
    .insertInto('case_record')
    .values({
      receipt,
      form: 'NAT-1',
      data_key: none,
      person_sealed: none,
      person_index: none,
      status: 'case-received',
      status_at: clock.now(),
      latest_event: 'none',
      created_at: clock.now(),
      updated_at: clock.now(),
    })
    .execute();
}
