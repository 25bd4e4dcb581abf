import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { DataKey, Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Phone, PhoneNumber, Phones } from '../../core/phones/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import {
  accountSubject,
  admitWithoutEnd,
  type Counted,
  clear,
  clearEverywhere,
} from '../../core/throttling/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import { type Factor, mayRemove } from '../factors/index.ts';
import type { SmsCodes } from './sms-codes.ts';

/** Whoever changes their numbers. */
export type Owner = Asking & { readonly key: DataKey; readonly language: string };

/** A number that waits for its code. */
export type Pending = {
  readonly id: string;
  readonly number: PhoneNumber;
  /** Whether a code is on its way, and whether it took the place of another. */
  readonly sent: 'no' | 'first' | 'another';
};

export type PhoneSettings = {
  readonly most: number;
  /** The numbers of an account that are proven, the oldest first. */
  list(owner: Owner): Promise<readonly Phone[]>;
  pending(owner: Owner): Promise<Pending | null>;
  /** Asks for a number to be added, in place of any that waits; a code goes to it, unless there were enough. */
  add(
    owner: Owner,
    number: PhoneNumber,
  ): Promise<{ is: 'sent' } | { is: 'enough' } | { is: 'own-already' } | { is: 'full' } | Refused>;
  /** Sends another code. */
  resend(owner: Owner): Promise<{ is: 'sent' } | { is: 'enough' } | Refused>;
  /** Gives up the number that waits. */
  giveUp(owner: Owner): Promise<{ is: 'given-up' } | Refused>;
  enterCode(
    owner: Owner,
    pending: Pending,
    code: string,
  ): Promise<{ is: 'added' } | { is: 'wrong' } | { is: 'wait'; until: Date } | Refused>;
  /** Chooses whether notices about the account go to a number besides email. */
  setNotices(
    owner: Owner,
    id: string,
    takesNotices: boolean,
  ): Promise<{ is: 'done' } | { is: 'unknown' } | Refused>;
  remove(owner: Owner, id: string): Promise<{ is: 'removed' } | { is: 'last' } | { is: 'unknown' } | Refused>;
};

/** What a person does with the numbers of their account (NIST SP 800-63B-4 §3.2.9, §4.1.2; ASVS 6.6.1). */
export function makePhoneSettings({
  database,
  vault,
  clock,
  policy,
  phones,
  codes,
  factors,
  notices,
}: {
  database: Database;
  vault: Vault;
  clock: Clock;
  policy: Pick<Policy, 'phones' | 'failures'>;
  phones: Phones;
  codes: SmsCodes;
  factors: readonly Factor[];
  notices: Notices;
}): PhoneSettings {
  const proven = async (within: Database, owner: Owner) =>
    (await phones.list(within, owner)).filter(({ verifiedAt }) => verifiedAt !== null);
  const waiting = async (within: Database, owner: Owner) =>
    (await phones.list(within, owner)).find(({ verifiedAt }) => verifiedAt === null);
  /** A number that waits takes its code itself: the code of another, or of an earlier time, is none. */
  const asking = ({ accountId, language }: Owner, id: string) => ({ attempt: id, accountId, language });

  return {
    most: policy.phones.most,

    list: (owner) => proven(database, owner),

    pending: async (owner) => {
      const phone = await waiting(database, owner);
      if (phone === undefined) return null;
      const code = await codes.waiting(database, phone.id);
      const sent = code === null ? 'no' : code.isAnother ? 'another' : 'first';
      return { id: phone.id, number: phone.number, sent };
    },

    add: (owner, number) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const added = await phones.add(transaction, owner, number);
        switch (added.is) {
          case 'verified-already':
            return { is: 'own-already' } as const;
          case 'full':
            return added;
          case 'added':
            return codes.send(transaction, asking(owner, added.id), { id: added.id, number }, 'new-number');
        }
      }),

    resend: (owner) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const phone = await waiting(transaction, owner);
        if (phone === undefined) return { is: 'enough' } as const;
        return codes.send(transaction, asking(owner, phone.id), phone, 'new-number');
      }),

    giveUp: (owner) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        await phones.giveUp(transaction, owner.accountId);
        return { is: 'given-up' } as const;
      }),

    enterCode: async (owner, { id, number }, typed) => {
      const { accountId } = owner;
      // Counted for the account: asking for another number or another code starts no new count.
      const counted: Counted = {
        subject: vault.blindIndex('throttle-phone-addition', accountId),
        kind: 'sms-code',
      };
      const admission = await admitWithoutEnd(database, clock, policy.failures, counted);
      if (admission.is === 'wait') return admission;
      return unlessUnderAlarm(database, owner, async (transaction) => {
        const right = await codes.check(transaction, asking(owner, id), typed);
        if (right === null || !(await codes.use(transaction, right.take))) return { is: 'wrong' } as const;
        if (!(await phones.verify(transaction, accountId, id))) return { is: 'wrong' } as const;
        await clear(transaction, counted);
        // Codes that too many wrong tries have disabled work again: this number was bound anew.
        await clearEverywhere(transaction, { subject: accountSubject(accountId), kind: 'sms-code' });
        await notices.send(transaction, accountId, { is: 'phone-added', number });
        await recordSecurityEvent(transaction, clock, { kind: 'phone-added', accountId });
        return { is: 'added' } as const;
      });
    },

    setNotices: (owner, id, takesNotices) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const { accountId } = owner;
        const own = await proven(transaction, owner);
        const phone = own.find((each) => each.id === id);
        if (phone === undefined) return { is: 'unknown' } as const;
        if (phone.takesNotices === takesNotices) return { is: 'done' } as const;
        // First what it says: the telephone hears of it too, for it may be a thief who ends its notices.
        if (!takesNotices)
          await notices.send(transaction, accountId, { is: 'phone-notices-off', number: phone.number });
        await phones.setNotices(transaction, accountId, id, takesNotices);
        await recordSecurityEvent(transaction, clock, {
          kind: takesNotices ? 'phone-notices-on' : 'phone-notices-off',
          accountId,
        });
        return { is: 'done' } as const;
      }),

    remove: (owner, id) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const { accountId } = owner;
        const own = await proven(transaction, owner);
        const phone = own.find((each) => each.id === id);
        if (phone === undefined) return { is: 'unknown' } as const;
        const left = own.length - 1;
        if (!(await mayRemove(transaction, factors, accountId, { kind: 'sms-code', left })))
          return { is: 'last' } as const;
        await notices.send(transaction, accountId, { is: 'phone-removed', number: phone.number });
        await phones.remove(transaction, accountId, id);
        // Whoever holds that phone may be on the way in by it.
        await endRecoveries(transaction, clock, accountId);
        await recordSecurityEvent(transaction, clock, { kind: 'phone-removed', accountId });
        return { is: 'removed' } as const;
      }),
  };
}
