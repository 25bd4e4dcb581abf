import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { readingAccounts } from '../cases/index.ts';

/**
 * Forgets what a person said of the appointments of a case that they have no longer, and gives back what is kept for them: who
 * gets the case next is told nothing of them. What was agreed with the office stays.
 */
export async function forgetPerson(transaction: Database, receipts: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update appointment set needs_sealed = null, earlier_since = null
    where receipt = any(${receipts}::text[]) returning id`.execute(transaction);
  const ids = rows.map(({ id }) => id);
  await sql`
    select from appointment_place where appointment_id = any(${ids}::uuid[]) and held_until is not null
    order by slot_id, number for update`.execute(transaction);
  await sql`
    update appointment_place set appointment_id = null, held_until = null
    where appointment_id = any(${ids}::uuid[]) and held_until is not null`.execute(transaction);
  await sql`
    delete from appointment_known_time where appointment_id = any(${ids}::uuid[])`.execute(transaction);
  await sql`
    update appointment_history set reason = null
    where appointment_id = any(${ids}::uuid[]) and event is null and reason is not null`.execute(transaction);
}

/** Forgets what was said of the appointments of all cases that no account has any more, as when one is erased. */
export async function forgetOfNobody(transaction: Database): Promise<void> {
  const { rows } = await sql<{ receipt: string }>`
    select distinct receipt from appointment
    where not exists (${readingAccounts(sql.ref('appointment.receipt'))})
      and (needs_sealed is not null or earlier_since is not null
        or exists (
          select from appointment_place place where place.appointment_id = appointment.id and held_until is not null)
        or exists (
          select from appointment_history step
          where step.appointment_id = appointment.id and step.event is null and step.reason is not null))`.execute(
    transaction,
  );
  await forgetPerson(
    transaction,
    rows.map(({ receipt }) => receipt),
  );
}
