import { type Selectable, sql } from 'kysely';
import type { Database, Tables } from '../../platform/database/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import { mayRead } from '../cases/index.ts';
import { isUnseen } from '../changes/index.ts';
import { isUnreadBy } from '../conversations/index.ts';
import { isDueBy } from '../evidence/index.ts';
import type { AlertChannel } from './choices.ts';
import { type AlertKind, WRITTEN } from './groups.ts';

export type Turn = Pick<Selectable<Tables['alert_turn']>, 'account_id' | 'told_at'>;

/** Takes the turn of whoever has waited longest, until the transaction ends. Null where it is nobody's. */
export async function takeTurn(transaction: Database, now: Date): Promise<Turn | null> {
  const row = await transaction
    .selectFrom('alert_turn')
    .select(['account_id', 'told_at'])
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('account_id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row ?? null;
}

/** Says when an account is looked at next; null where it is told everything. */
export async function setTurn(
  transaction: Database,
  accountId: string,
  turn: { readonly due_at: Date | null; readonly told_at?: Date },
): Promise<void> {
  await transaction.updateTable('alert_turn').set(turn).where('account_id', '=', accountId).execute();
}

export async function isAnyDue(database: Database, now: Date): Promise<boolean> {
  const row = await database
    .selectFrom('alert_turn')
    .select('account_id')
    .where('due_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A change that an account was not told of. */
export type Untold = { readonly seq: string; readonly kind: AlertKind; readonly isPressing: boolean };

/**
 * What an account was not told of, may read now, and has not seen meanwhile. Forgets the rest.
 * @param pressing the last of the days by which what is due cannot wait
 */
export async function selectUntold(
  transaction: Database,
  accountId: string,
  pressing: CalendarDate,
): Promise<readonly Untold[]> {
  const own = sql<string>`${accountId}::uuid`;
  const { rows } = await sql<Untold>`
    select change.seq, change.kind, ${isDueBy(sql.ref('change.ref'), sql`${pressing}`)} as "isPressing"
    from alert_change waiting join change on change.seq = waiting.seq
    where waiting.account_id = ${own} and waiting.told_by is null
      and case when change.kind = any(${[...WRITTEN]}) then ${isUnreadBy(own, sql.ref('change.ref'))}
        else ${mayRead(own, sql.ref('change.receipt'))} and ${isUnseen(own, sql.ref('change.seq'))} end
    order by change.seq`.execute(transaction);
  await forgetUntold(transaction, accountId, rows);
  return rows;
}

/** Forgets what an account was not told of, but for some. */
export async function forgetUntold(
  transaction: Database,
  accountId: string,
  but: readonly Untold[],
): Promise<void> {
  const kept = but.map(({ seq }) => seq);
  await sql`
    delete from alert_change where account_id = ${accountId} and told_by is null
      and seq <> all(${kept}::bigint[])`.execute(transaction);
}

/** A message by which an alert goes out. */
export type Delivery = { readonly id: string; readonly channel: AlertChannel; readonly toId: string };

/** Writes down that an account is told of all that it was not told of. */
export async function insertAlert(
  transaction: Database,
  alert: { readonly id: string; readonly accountId: string; readonly madeAt: Date },
  deliveries: readonly Delivery[],
): Promise<void> {
  const { id, accountId, madeAt } = alert;
  await transaction.insertInto('alert').values({ id, account_id: accountId, made_at: madeAt }).execute();
  await transaction
    .insertInto('alert_delivery')
    .values(
      deliveries.map(({ id: delivery, channel, toId }) => ({
        id: delivery,
        alert_id: id,
        channel,
        to_id: toId,
      })),
    )
    .execute();
  await transaction
    .updateTable('alert_change')
    .set({ told_by: id })
    .where('account_id', '=', accountId)
    .where('told_by', 'is', null)
    .execute();
}

/** The messages by which an account was told lately. */
export async function selectDeliveries(
  database: Database,
  accountId: string,
): Promise<readonly { readonly id: string; readonly channel: string }[]> {
  return await database
    .selectFrom('alert_delivery')
    .innerJoin('alert', 'alert.id', 'alert_delivery.alert_id')
    .select(['alert_delivery.id', 'channel'])
    .where('account_id', '=', accountId)
    .execute();
}

/** The addresses of an account from which mail came back. */
export async function selectBounced(database: Database, accountId: string): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('alert_bounce')
    .select('email_id')
    .where('account_id', '=', accountId)
    .execute();
  return new Set(rows.map(({ email_id: id }) => id));
}

/** Forgets alerts that were made before a time, with what they told of. */
export async function removeAlerts(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('alert').where('made_at', '<', before).execute();
}
