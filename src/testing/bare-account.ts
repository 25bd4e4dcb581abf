import { randomUUID } from 'node:crypto';
import type { Clock } from '../platform/clock/index.ts';
import type { Database } from '../platform/database/index.ts';

/** Adds an account of which nothing can be opened, for rules that need no more of it than its id. @returns that */
export async function bareAccount(database: Database, clock: Clock): Promise<string> {
  const id = randomUUID();
  const none = Buffer.alloc(1);
  await database
    .insertInto('account')
    .values({
      id,
      created_at: clock.now(),
      language: 'en',
      data_key: none,
      full_name_sealed: none,
      born_sealed: none,
      birth_country_sealed: none,
    })
    .execute();
  return id;
}
