import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { dayOf } from '../../platform/calendar/index.ts';
import { after, type Clock, DAY, MINUTE } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { framesOf } from '../../platform/log/index.ts';
import type { Mailer } from '../../platform/messages/index.ts';
import { type AlertChannel, type AlertChoice, readChoice } from './choices.ts';
import { GROUP_OF } from './groups.ts';
import { type Alert, writeAlert } from './letters.ts';
import { quietUntil } from './quiet.ts';
import type { Reach, ReachOf, ReachPoint } from './reach.ts';
import * as store from './store.ts';

/** What changes within so many minutes after an alert is told of together. */
export const BUNDLE_MINUTES = 10;
/** What is due within so many days does not wait for the end of quiet hours. */
export const PRESSING_DAYS = 3;
/** How long what was not told for want of something is left alone. */
const AGAIN_MINUTES = 10;
/** How long an alert is remembered: mail comes back within days. */
export const KEPT_DAYS = 30;

export type TellingParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly reach: ReachOf;
  /** Makes the token by which alerts by email are ended without signing in. */
  readonly endingToken: (transaction: Database, accountId: string) => Promise<string>;
  readonly log: Pick<Logger, 'error'>;
};

/**
 * Tells everybody whose turn it is, each in a transaction of its own. What is to be told is decided here, as it is now.
 * One that fails is left alone for a while and keeps nobody else from being told.
 */
export async function tellAll(parts: TellingParts, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted && (await tellNext(parts)));
}

/** @returns false where it is nobody's turn */
async function tellNext(parts: TellingParts): Promise<boolean> {
  const { database, clock, log } = parts;
  let taken: string | null = null;
  try {
    return await database.transaction().execute(async (transaction) => {
      const turn = await store.takeTurn(transaction, clock.now());
      if (turn === null) return false;
      taken = turn.account_id;
      await tellOne(parts, transaction, turn);
      return true;
    });
  } catch (error) {
    if (taken === null) throw error;
    await store.setTurn(database, taken, { due_at: after(clock, AGAIN_MINUTES * MINUTE) });
    log.error({ err: { stack: error instanceof Error ? framesOf(error) : '' } }, 'an alert failed');
    return true;
  }
}

async function tellOne(
  parts: TellingParts,
  transaction: Database,
  { account_id: accountId, told_at: toldAt }: store.Turn,
): Promise<void> {
  const { clock, mailer } = parts;
  const now = clock.now();
  const reach = await parts.reach(transaction, accountId);
  if (reach === null) return store.setTurn(transaction, accountId, { due_at: null });
  const pressing = dayOf(after(clock, PRESSING_DAYS * DAY), reach.timeZone);
  const choice = await readChoice(transaction, accountId);
  const untold = (await store.selectUntold(transaction, accountId, pressing)).filter(
    ({ kind }) => channelsOf(choice, kind).length > 0,
  );
  await store.forgetUntold(transaction, accountId, untold);
  if (untold.length === 0) return store.setTurn(transaction, accountId, { due_at: null });

  const isPressing = untold.some((change) => change.isPressing);
  const waits = bundleEnd(now, toldAt) ?? (isPressing ? null : quietUntil(now, choice.quiet, reach.timeZone));
  if (waits !== null) return store.setTurn(transaction, accountId, { due_at: waits });

  const deliveries = await store.selectDeliveries(transaction, accountId);
  const underWay = await mailer.waiting(
    transaction,
    deliveries.map(({ id }) => id),
  );
  const isUnderWay = (channel: AlertChannel) =>
    deliveries.some((delivery) => delivery.channel === channel && underWay.has(delivery.id));
  // The next goes out once this one has, and says of all that came meanwhile: so none overtakes another.
  if (isUnderWay('email')) return store.setTurn(transaction, accountId, { due_at: after(clock, MINUTE) });

  const bounced = await store.selectBounced(transaction, accountId);
  const wanted = new Set(untold.flatMap(({ kind }) => channelsOf(choice, kind)));
  const points = pointsFor({ reach, bounced, wanted, choice, hasTexts: mailer.canSend('sms') }).filter(
    // A text that has not gone out says the same.
    ({ channel }) => channel !== 'sms' || !isUnderWay('sms'),
  );
  if (points.length === 0) {
    await store.forgetUntold(transaction, accountId, []);
    return store.setTurn(transaction, accountId, { due_at: null });
  }
  await send(parts, transaction, { accountId, reach, count: untold.length, points });
}

type Point = { readonly channel: AlertChannel; readonly point: ReachPoint };

async function send(
  { clock, mailer, endingToken }: TellingParts,
  transaction: Database,
  {
    accountId,
    reach,
    count,
    points,
  }: {
    readonly accountId: string;
    readonly reach: Reach;
    readonly count: number;
    readonly points: readonly Point[];
  },
): Promise<void> {
  const alert: Alert = { id: uuid(), count };
  const deliveries = points.map(({ channel, point }) => ({
    id: channel === 'email' ? alert.id : uuid(),
    channel,
    toId: point.id,
    to: point.to,
  }));
  const token = await endingToken(transaction, accountId);
  await store.insertAlert(transaction, { id: alert.id, accountId, madeAt: clock.now() }, deliveries);
  for (const { id, channel, to } of deliveries)
    await writeAlert(transaction, mailer, alert, {
      id,
      channel,
      reader: { to, language: reach.language },
      endingToken: token,
    });
  await store.setTurn(transaction, accountId, { due_at: null, told_at: clock.now() });
}

const channelsOf = ({ on }: AlertChoice, kind: store.Untold['kind']): readonly AlertChannel[] =>
  (['email', 'sms'] as const).filter((channel) => on[channel].includes(GROUP_OF[kind]));

/** Until when what changes is gathered, after an alert that was sent a moment ago; null where it need not wait. */
function bundleEnd(now: Date, toldAt: Date | null): Date | null {
  if (toldAt === null) return null;
  const end = new Date(toldAt.getTime() + BUNDLE_MINUTES * MINUTE);
  return end > now ? end : null;
}

/**
 * Where an alert goes. Mail goes to the first address from which none came back; where there is none, text messages take its
 * place, for whoever takes any.
 */
function pointsFor({
  reach,
  bounced,
  wanted,
  choice,
  hasTexts,
}: {
  readonly reach: Reach;
  readonly bounced: ReadonlySet<string>;
  readonly wanted: ReadonlySet<AlertChannel>;
  readonly choice: AlertChoice;
  readonly hasTexts: boolean;
}): readonly Point[] {
  const email = reach.emails.find(({ id }) => !bounced.has(id));
  const phone = hasTexts && choice.on.sms.length > 0 ? reach.phones[0] : undefined;
  const takesTexts = wanted.has('sms') || email === undefined;
  return [
    ...(wanted.has('email') && email !== undefined ? [{ channel: 'email' as const, point: email }] : []),
    ...(takesTexts && phone !== undefined ? [{ channel: 'sms' as const, point: phone }] : []),
  ];
}
