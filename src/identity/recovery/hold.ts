import { recordSecurityEvent } from '../../platform/audit/index.ts';
import { type Database, eachAlone } from '../../platform/database/index.ts';
import { type AccountId, asAccountId } from '../accounts/index.ts';
import { type Asking, type Refused, whileCalm } from '../alarm/index.ts';
import { newAppSecret } from '../authenticator-app/index.ts';
import { isKnown } from '../devices/index.ts';
import { type OpenHold, openHolds } from '../open-recoveries/index.ts';
import { newElsewhere } from './elsewhere.ts';
import { holds, missingEvidence } from './evidence.ts';
import { DAY, HOUR, type Machine, type Progress, place, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

/** What the owner hears of a hold, and how they stop it. */
export type Holding = {
  /** Begins the hold once everything is proven, in the transaction that proved it. */
  settle(transaction: Database, id: string, accountId: AccountId): Promise<void>;
  /** Ends a hold sooner, once, in the transaction that holds its row. */
  shorten(transaction: Database, row: store.RecoveryRow, accountId: AccountId, until: Date): Promise<void>;
  /** What the link of a notice would stop, and what became of it; `unknown` where the link is none of ours. */
  cancellable(link: string): Promise<Cancellable>;
  /** Stops a way back by the link of a notice; a second time changes nothing. @returns whether the link was one of ours */
  cancel(link: string): Promise<boolean>;
  /**
   * Stops one of the account's own from a session. Not behind an alarm: what was begun then is how its owner comes back,
   * and a session that is left may be a thief's. @returns `stopped` also where there is nothing to stop any more
   */
  stop(asking: Asking, id: string): Promise<{ readonly is: 'stopped' } | Refused>;
  /** The account's ways back on which all is proven. */
  running(accountId: AccountId): Promise<readonly OpenHold[]>;
  /** Stops a way back in the browser that is on it. */
  giveUp(progress: Progress): Promise<void>;
  /** Tells the owners of accounts on hold where it stands. */
  remind(): Promise<void>;
};

/** `over`: it was left too long, and nobody gets in by it any more. */
export type Cancellable = { readonly is: 'unknown' | 'runs' | 'stopped' | 'finished' | 'over' };

const STANDS = { runs: 'runs', completed: 'finished', cancelled: 'stopped', expired: 'over' } as const;
const NOTICES_AT_ONCE = 100;

export function makeHolding(
  { database, vault, clock, policy, notices }: RecoveryParts,
  { after, hold }: Machine,
): Holding {
  const stopPath = (id: string) => `/recover/cancel?${new URLSearchParams({ link: cancelLink(id) })}`;
  const cancelLink = (id: string) => `${id}.${vault.blindIndex('recovery-cancel', id).toString('base64url')}`;
  const nextNotice = (until: Date): Date => new Date(Math.min(after(DAY).getTime(), until.getTime()));
  const idOfCancel = (link: string): string | null => {
    const [id = ''] = link.split('.', 1);
    if (!/^[0-9a-f-]{36}$/.test(id)) return null;
    const signature = Buffer.from(link.slice(id.length + 1), 'base64url');
    return vault.isBlindIndex(signature, 'recovery-cancel', id) ? id : null;
  };
  const end = async (transaction: Database, id: string, accountId: AccountId) => {
    await store.endRecovery(transaction, id, 'cancelled', clock.now());
    await notices.send(transaction, accountId, { is: 'recovery-cancelled' });
    await recordSecurityEvent(transaction, clock, { kind: 'recovery-cancelled', accountId });
  };
  const endHeld = async (transaction: Database, id: string) => {
    const row = await hold(transaction, id);
    if (row !== null && row.account_id !== null)
      await end(transaction, id, asAccountId.parse(row.account_id));
  };
  const expiryOf = (until: Date) => new Date(until.getTime() + policy.recovery.openDays * DAY);

  return {
    settle: async (transaction, id, accountId) => {
      const row = await store.holdRecovery(transaction, id, clock.now());
      if (row === null || missingEvidence(row.lost, row.evidence) !== undefined || !holds(row.lost)) return;
      const isOwn = await isKnown(transaction, clock, policy.devices, accountId, row.device_hashes);
      const { holdHours, knownHoldHours } = policy.recovery;
      const until = after((isOwn ? Math.min(knownHoldHours, holdHours) : holdHours) * HOUR);
      const key = vault.openDataKey(row.data_key);
      await store.changeRecovery(transaction, id, {
        hold_ends_at: until,
        next_notice_at: nextNotice(until),
        secret_sealed: key.seal(newAppSecret(), place('secret_sealed', id)),
        ...newElsewhere(key, id),
        expires_at: expiryOf(until),
      });
      await notices.send(transaction, accountId, {
        is: 'recovery-begun',
        lost: row.lost,
        holdUntil: until,
        stop: stopPath(id),
      });
      await recordSecurityEvent(transaction, clock, {
        kind: 'recovery-held',
        accountId,
        detail: { lost: row.lost },
      });
    },

    shorten: async (transaction, { id, lost }, accountId, until) => {
      await store.changeRecovery(transaction, id, {
        answered_at: clock.now(),
        hold_ends_at: until,
        next_notice_at: nextNotice(until),
        expires_at: expiryOf(until),
      });
      await notices.send(transaction, accountId, {
        is: 'recovery-shortened',
        holdUntil: until,
        stop: stopPath(id),
      });
      await recordSecurityEvent(transaction, clock, {
        kind: 'recovery-shortened',
        accountId,
        detail: { lost },
      });
    },

    cancellable: async (link) => {
      const id = idOfCancel(link);
      if (id === null) return { is: 'unknown' };
      const how = await store.readEnd(database, id, clock.now());
      return { is: how === null ? 'over' : STANDS[how] };
    },

    cancel: async (link) => {
      const id = idOfCancel(link);
      if (id === null) return false;
      await database.transaction().execute((transaction) => endHeld(transaction, id));
      return true;
    },

    stop: (asking, id) =>
      whileCalm(database, asking, async (transaction) => {
        const row = await store.holdRecovery(transaction, id, clock.now());
        if (row?.account_id === asking.accountId) await end(transaction, id, asking.accountId);
        return { is: 'stopped' };
      }),

    running: (accountId) => openHolds(database, clock, accountId),

    giveUp: ({ id }) => database.transaction().execute((transaction) => endHeld(transaction, id)),

    remind: async () => {
      const now = clock.now();
      const due = await store.dueNotices(database, now, NOTICES_AT_ONCE);
      await eachAlone(database, due, async (transaction, { id }) => {
        const row = await store.holdDueNotice(transaction, now, id);
        if (row === undefined || row.account_id === null || row.hold_ends_at === null) return false;
        const { hold_ends_at: holdUntil } = row;
        const lost = row.lost === 'both' ? 'both' : 'second-step';
        const stop = stopPath(id);
        const over = holdUntil <= now;
        await notices.send(
          transaction,
          asAccountId.parse(row.account_id),
          over ? { is: 'recovery-ready', stop } : { is: 'recovery-waits', lost, holdUntil, stop },
        );
        await store.changeRecovery(transaction, id, { next_notice_at: over ? null : nextNotice(holdUntil) });
        return true;
      });
    },
  };
}
