import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Logger } from 'pino';
import { type Clock, MINUTE } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { framesOf } from '../../platform/log/index.ts';
import { mayRead, readingAccounts } from '../cases/index.ts';

/** An appointment of which somebody is reminded. It has nothing of the case. */
export type Reminder = {
  readonly accountId: string;
  readonly appointmentId: string;
  readonly type: string;
  readonly office: string;
  readonly startsAt: Date;
  readonly zone: string;
};

/** Whether nothing is written to an account now: a condition on an id of `account`. */
export type IsHeld = (accountId: RawBuilder<string>) => RawBuilder<SqlBool>;

type Due = Reminder & { readonly minutesBefore: number };

/** How many are sent at a time; what is left is sent at the next. */
const MOST = 500;

/**
 * Reminds everybody of what is near, once for each of the times before it that the agency says, and once for all of them that
 * have passed. Each is decided in the transaction that sends it: whether the appointment is still so, and still theirs. Who was
 * given a time when its reminder was due already is not reminded by that one.
 * @param reminders how long before, in milliseconds
 * @param send puts the message on its way in the transaction
 * @param isHeld whether nothing is written to an account now: a condition on an id of `account`
 */
export async function remindDue(
  { database, clock, log }: { readonly database: Database; readonly clock: Clock; readonly log: Logger },
  reminders: readonly number[],
  send: (transaction: Database, reminder: Reminder) => Promise<void>,
  isHeld: IsHeld,
): Promise<void> {
  const minutes = reminders.map((before) => before / MINUTE);
  for (const due of await dueReminders(database, minutes, clock.now(), isHeld))
    await apart(log, () =>
      database.transaction().execute(async (transaction) => {
        if (await claim(transaction, due, clock.now(), isHeld)) await send(transaction, due);
      }),
    );
}

/** Does one thing of many: where it fails it is logged, and the rest goes on. It is tried again at the next time. */
export async function apart(log: Logger, one: () => Promise<void>): Promise<void> {
  try {
    await one();
  } catch (error) {
    log.error(
      { err: { stack: error instanceof Error ? framesOf(error) : '' } },
      'a letter of an appointment failed',
    );
  }
}

async function dueReminders(
  database: Database,
  minutes: readonly number[],
  now: Date,
  isHeld: IsHeld,
): Promise<readonly Due[]> {
  const { rows } = await sql<Due>`
    select reading.account_id as "accountId", appointment.id as "appointmentId", type, office,
      starts_at as "startsAt", zone, near.minutes as "minutesBefore"
    from appointment
    cross join lateral (
      select min(before) as minutes from unnest(${minutes}::int[]) before
      where starts_at - make_interval(mins => before) <= ${now}::timestamptz
    ) near
    cross join lateral (${readingAccounts(sql.ref('appointment.receipt'))}) reading
    where state = 'fixed' and starts_at > ${now}::timestamptz
      and starts_at <= ${now}::timestamptz + make_interval(mins => ${Math.max(0, ...minutes)})
      and state_at <= starts_at - make_interval(mins => near.minutes)
      and not ${isHeld(sql.ref('reading.account_id'))}
      and not exists (
        select from appointment_reminder sent
        where sent.appointment_id = appointment.id and sent.account_id = reading.account_id
          and sent.starts_at = appointment.starts_at and sent.minutes_before = near.minutes
      )
    order by starts_at, appointment.id limit ${MOST}`.execute(database);
  return rows;
}

/** Takes a reminder on, unless it was sent, or the appointment is another one by now. */
async function claim(
  transaction: Database,
  { appointmentId, accountId, startsAt, minutesBefore }: Due,
  now: Date,
  isHeld: IsHeld,
): Promise<boolean> {
  const { rows } = await sql`
    select from appointment where id = ${appointmentId} and state = 'fixed'
      and starts_at = ${startsAt}::timestamptz and starts_at > ${now}::timestamptz
      and ${mayRead(accountId, sql.ref('appointment.receipt'))} and not ${isHeld(sql`${accountId}::uuid`)}
    for share`.execute(transaction);
  if (rows.length === 0) return false;
  const { rows: taken } = await sql`
    insert into appointment_reminder (appointment_id, account_id, starts_at, minutes_before, sent_at)
    values (${appointmentId}, ${accountId}, ${startsAt}::timestamptz, ${minutesBefore}, ${now}::timestamptz)
    on conflict do nothing returning appointment_id`.execute(transaction);
  return taken.length > 0;
}
