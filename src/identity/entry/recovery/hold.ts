import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { DAY, HOUR } from '../../../platform/clock/index.ts';
import { type Database, eachAlone } from '../../../platform/database/index.ts';
import { type AccountId, asAccountId, lockAccount } from '../../core/accounts/index.ts';
import { findLink, readAddresses, settledIn } from '../../core/addresses/index.ts';
import { isKnown } from '../../core/devices/index.ts';
import { endRecoveries, type OpenHold, openHolds, tellOfHolds } from '../../core/open-recoveries/index.ts';
import { newAppSecret } from '../../credentials/authenticator-app/index.ts';
import { type Asking, inSession, type Refused } from '../../session/alarm/index.ts';
import { heldFor, missingEvidence } from './evidence.ts';
import { newHandOver } from './hand-over.ts';
import { type Machine, type Progress, place, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

/** What the owner hears of a hold, and how they stop it. */
export type Holding = {
  /**
   * Begins the hold, if there is one, once everything is proven, in the transaction that proved it.
   * @param boundAt since when what proved the last of it has been of the account; null where it is the address
   */
  settle(transaction: Database, id: string, accountId: AccountId, boundAt: Date | null): Promise<void>;
  /** Ends a hold sooner, once, in the transaction that holds its row. */
  shorten(transaction: Database, row: store.RecoveryRow, accountId: AccountId, until: Date): Promise<void>;
  /** What the link of a notice would stop, and what became of it; `unknown` where the link is none of ours. */
  cancellable(link: string): Promise<Cancellable>;
  /** Stops a way back by the link of a notice; a second time changes nothing. @returns whether the link was one of ours */
  cancel(link: string): Promise<boolean>;
  /**
   * Stops one of the account's own from a session. Behind an alarm only one that rests on something not settled: another is
   * how the owner comes back, and the session may be a thief's. @returns `stopped` also where there is nothing to stop
   */
  stop(asking: Asking, id: string): Promise<{ readonly is: 'stopped' } | Refused>;
  /** The account's ways back on which all is proven. */
  running(accountId: AccountId): Promise<readonly OpenHold[]>;
  /** Stops a way back in the browser that is on it. */
  giveUp(progress: Progress): Promise<void>;
  /** Tells the owners of accounts on hold where it stands. */
  remind(): Promise<void>;
};

/** Where a way back stands. `over`: it was left too long, and nobody gets in by it any more. */
export type Cancellable =
  | { readonly is: 'unknown' | 'runs' }
  | {
      readonly is: 'stopped' | 'finished' | 'over';
      /** How many others into the same account wait for their hold, or are past it. */
      readonly others: number;
    };

const STANDS = { runs: 'runs', completed: 'finished', cancelled: 'stopped', expired: 'over' } as const;
const NOTICES_AT_ONCE = 100;

export function makeHolding(parts: RecoveryParts, { after, hold }: Machine): Holding {
  const { database, vault, clock, policy, notices } = parts;
  const nextNotice = (until: Date): Date => new Date(Math.min(after(DAY).getTime(), until.getTime()));
  const end = async (transaction: Database, id: string, accountId: AccountId) => {
    await endRecoveries(transaction, clock, accountId, { only: id });
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
    settle: async (transaction, id, accountId, boundAt) => {
      const row = await store.lockRecovery(transaction, id, clock.now());
      if (row === null || missingEvidence(row.lost, row.evidence) !== undefined) return;
      const since = await settledIn(transaction, parts, accountId);
      const address = (await readAddresses(transaction, parts, accountId)).find(
        (each) => each.id === row.email_id,
      );
      const unsettled = address?.standing !== 'settled' || (boundAt !== null && boundAt > since);
      const lost = heldFor(row.lost, { unsettled });
      if (lost === null) return;
      const isOwn =
        !unsettled &&
        (await isKnown(transaction, clock, policy.devices, accountId, row.device_hashes, { since }));
      const { holdHours, knownHoldHours } = policy.recovery;
      const until = after((isOwn ? Math.min(knownHoldHours, holdHours) : holdHours) * HOUR);
      const key = vault.openDataKey(row.data_key);
      await store.changeRecovery(transaction, id, {
        unsettled,
        hold_ends_at: until,
        next_notice_at: nextNotice(until),
        secret_sealed: key.seal(newAppSecret(), place('secret_sealed', id)),
        ...newHandOver(key, id),
        expires_at: expiryOf(until),
      });
      await notices.send(transaction, accountId, {
        is: 'recovery-begun',
        lost,
        holdUntil: until,
        recovery: id,
      });
      await recordSecurityEvent(transaction, clock, {
        kind: 'recovery-held',
        accountId,
        detail: { lost },
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
        recovery: id,
      });
      await recordSecurityEvent(transaction, clock, {
        kind: 'recovery-shortened',
        accountId,
        detail: { lost },
      });
    },

    cancellable: async (link) => {
      const found = await findLink(database, parts, link);
      if (found?.recovery == null) return { is: 'unknown' };
      const how = await store.readEnd(database, found.recovery, clock.now());
      const is = how === null ? 'over' : STANDS[how];
      if (is === 'runs') return { is };
      return { is, others: (await openHolds(database, clock, found.accountId)).length };
    },

    cancel: async (link) =>
      database.transaction().execute(async (transaction) => {
        const found = await findLink(transaction, parts, link);
        if (found?.recovery == null) return false;
        await lockAccount(transaction, found.accountId);
        // The address may have left, or another stand higher, while this one waited for the account.
        if ((await findLink(transaction, parts, link)) === null) return false;
        // Each has its own link, which is sent once more, so that none runs on unseen.
        await tellOfHolds(transaction, clock, found.accountId);
        await endHeld(transaction, found.recovery);
        return true;
      }),

    stop: (asking, id) =>
      inSession(database, asking, async (transaction, { isAlarmed }) => {
        const row = await store.lockRecovery(transaction, id, clock.now());
        if (row?.account_id !== asking.accountId) return { is: 'stopped' };
        if (isAlarmed && !row.unsettled) return { is: 'alarmed' };
        await end(transaction, id, asking.accountId);
        return { is: 'stopped' };
      }),

    running: (accountId) => openHolds(database, clock, accountId),

    giveUp: ({ id }) => database.transaction().execute((transaction) => endHeld(transaction, id)),

    remind: async () => {
      const now = clock.now();
      const due = await store.dueNotices(database, now, NOTICES_AT_ONCE);
      await eachAlone(database, due, async (transaction, { id, account_id: owner }) => {
        // All who hold both hold the account first.
        if (owner !== null) await lockAccount(transaction, asAccountId.parse(owner));
        const row = await store.holdDueNotice(transaction, now, id);
        if (row === undefined || row.account_id === null || row.hold_ends_at === null) return false;
        const { hold_ends_at: holdUntil } = row;
        const lost = heldFor(row.lost, row);
        if (lost === null) return false;
        const over = holdUntil <= now;
        await notices.send(
          transaction,
          asAccountId.parse(row.account_id),
          over
            ? { is: 'recovery-ready', recovery: id }
            : { is: 'recovery-waits', lost, holdUntil, recovery: id },
        );
        await store.changeRecovery(transaction, id, { next_notice_at: over ? null : nextNotice(holdUntil) });
        return true;
      });
    },
  };
}
