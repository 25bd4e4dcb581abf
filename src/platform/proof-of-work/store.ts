import { sql } from 'kysely';
import type { Database } from '../database/index.ts';

/** Uses a proof up: false when somebody has already. */
export async function spend(database: Database, nonce: Buffer, expiresAt: Date): Promise<boolean> {
  const spent = await database
    .insertInto('spent_proof')
    .values({ nonce, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return spent.numInsertedOrUpdatedRows === 1n;
}

/** Ends a wait that began at a time: false when one of the same subject has ended since then. */
export async function endWait(
  database: Database,
  { subject, since, now }: { subject: Buffer; since: Date; now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into proof_wait as w (subject, ended_at) values (${subject}, ${now})
    on conflict (subject) do update set ended_at = ${now} where w.ended_at <= ${since}`.execute(database);
  return numAffectedRows === 1n;
}

export async function removeSpent(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('spent_proof').where('expires_at', '<', before).execute();
}

export async function removeWaits(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('proof_wait').where('ended_at', '<', before).execute();
}
