import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, DAY, HOUR, MINUTE } from '../../../platform/clock/index.ts';
import { type BlindIndexes, type DataKey, newCode, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, emailIndexes, isEmailTaken, normalEmail } from '../../core/accounts/index.ts';
import { type Address, addAddress, leave, readAddresses, setPrimary } from '../../core/addresses/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, admitWithoutEnd, type Counted, clear } from '../../core/throttling/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import * as store from './store.ts';

/** Whoever changes their addresses. */
export type Owner = Asking & { readonly key: DataKey; readonly language: string };

/** An address that waits for its code. */
export type Pending = {
  readonly id: string;
  readonly email: string;
  /** Whether any message was sent yet: an account asks for few an hour. */
  readonly sent: boolean;
};

export type AddResult =
  /** A message is on its way, unless there were enough; which one never shows. */
  { readonly is: 'pending' } | { readonly is: 'own-already' } | { readonly is: 'full' } | Refused;

export type CodeResult =
  | { readonly is: 'added' }
  | { readonly is: 'wrong' }
  /** The code was right, but the address went to another account in the meantime, or this one is full. */
  | { readonly is: 'taken' }
  | { readonly is: 'full' }
  | { readonly is: 'wait'; readonly until: Date }
  | Refused;

export type ChangeResult =
  | { readonly is: 'done' }
  | { readonly is: 'primary' }
  | { readonly is: 'unknown' }
  | Refused;

/** The messages of adding an address. Which of them is sent never shows on a page. */
export type EmailMessages = {
  code(database: Database, to: string, language: string, code: string): Promise<void>;
  belongsToAnother(database: Database, to: string, language: string): Promise<void>;
};

export type Emails = {
  /** The addresses of an account, the main one first. All were verified: one that was not is only pending. */
  list(owner: Pick<Owner, 'accountId'>): Promise<readonly Address[]>;
  pending(owner: Owner): Promise<Pending | null>;
  /** Asks for an address to be added, in place of any that waits; a code goes to it, or word that it has an account. */
  add(owner: Owner, email: string): Promise<AddResult>;
  /** Sends another code. Failures counted so far stay (NIST SP 800-63B-4 §3.1.3). */
  resend(owner: Owner): Promise<{ readonly is: 'sent' } | { readonly is: 'enough' } | Refused>;
  /** Gives up the address that waits. */
  giveUp(owner: Owner): Promise<{ readonly is: 'given-up' } | Refused>;
  enterCode(owner: Owner, pending: Pending, code: string): Promise<CodeResult>;
  /** Makes an address the main one. Doing it over and over is followed by waits, since every time all are told. */
  makePrimary(
    owner: Owner,
    id: string,
  ): Promise<ChangeResult | { readonly is: 'wait'; readonly until: Date }>;
  /** Removes an address. Never the main one, so never the last. */
  remove(owner: Owner, id: string): Promise<ChangeResult>;
  removeOld(): Promise<void>;
};

export type EmailsParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'alarm' | 'code' | 'emails' | 'failures' | 'recovery'>;
  readonly notices: Notices;
  readonly messages: EmailMessages;
};

/** How often another address is made the main one before each further time is followed by a wait. */
const MAIN_CHANGES = 5;

/** The addresses of accounts (NIST SP 800-63B-4 §4.6; ASVS 6.3.7). */
export function makeEmails(parts: EmailsParts): Emails {
  const { database, vault, clock, policy, notices, messages } = parts;
  const codeHashes = (id: string, code: string) => vault.blindIndexes('email-addition-code', `${id}:${code}`);

  const findPending = (within: Database, accountId: AccountId) =>
    store.findPending(within, accountId, after(clock, -DAY));

  /**
   * Sends what an address should get, unless it was enough. What others asked for does not use up the first message of a
   * day that an account asks for. Takes the same steps for every address.
   */
  async function sendCode(
    transaction: Database,
    { accountId, language }: Owner,
    { id, indexes, email }: { id: string; indexes: BlindIndexes; email: string },
  ): Promise<boolean> {
    const taken = await isEmailTaken(transaction, indexes);
    const sent = await store.countSent(transaction, { accountId, indexes, since: after(clock, -HOUR) });
    const code = newCode();
    const today = await store.countSent(transaction, { accountId, indexes, since: after(clock, -DAY) });
    const { sentPerHour, sentPerDay, inAllPerHour, inAllPerDay } = policy.code;
    if (sent.byAccount >= sentPerHour || today.byAccount >= sentPerDay) return false;
    const isFull = sent.toAddress >= inAllPerHour || today.toAddress >= inAllPerDay;
    if (isFull && today.byBoth > 0) return false;
    await store.setCode(transaction, id, {
      hash: taken ? null : codeHashes(id, code)[0],
      sentAt: clock.now(),
      expiresAt: after(clock, policy.code.minutes * MINUTE),
    });
    if (taken) await messages.belongsToAnother(transaction, email, language);
    else await messages.code(transaction, email, language, code);
    return true;
  }

  return {
    list: ({ accountId }) => readAddresses(database, parts, accountId),
    pending: async ({ accountId, key }) => {
      const row = await findPending(database, accountId);
      if (row === null) return null;
      const email = key.unseal(row.email_sealed, store.pendingPlace(row.id));
      return { id: row.id, email, sent: row.codes_sent > 0 };
    },

    add: (owner, typed) =>
      unlessUnderAlarm(database, owner, async (transaction): Promise<AddResult> => {
        const { accountId, key } = owner;
        const email = normalEmail(typed);
        const indexes = emailIndexes(vault, email);
        const own = await readAddresses(transaction, parts, accountId);
        if (own.some((each) => each.email === email)) return { is: 'own-already' };
        if (own.length >= policy.emails.most) return { is: 'full' };
        const id = uuid();
        const now = clock.now();
        await store.replacePending(transaction, {
          id,
          account_id: accountId,
          stage: 'code',
          email_index: indexes[0],
          email_sealed: key.seal(email, store.pendingPlace(id)),
          code_hash: null,
          code_expires_at: now,
          codes_sent: 0,
          code_sent_at: now,
          created_at: now,
        });
        await sendCode(transaction, owner, { id, indexes, email });
        return { is: 'pending' };
      }),

    resend: (owner) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const row = await findPending(transaction, owner.accountId);
        if (row === null) return { is: 'enough' } as const;
        const email = owner.key.unseal(row.email_sealed, store.pendingPlace(row.id));
        const indexes = emailIndexes(vault, email);
        const isSent = await sendCode(transaction, owner, { id: row.id, indexes, email });
        return { is: isSent ? 'sent' : 'enough' } as const;
      }),

    giveUp: (owner) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        await store.endPending(transaction, owner.accountId);
        return { is: 'given-up' } as const;
      }),

    enterCode: async (owner, pending, code) => {
      const { accountId } = owner;
      // Counted for the account: asking for another address or another code starts no new count.
      const counted: Counted = {
        subject: vault.blindIndex('throttle-email-addition', accountId),
        kind: 'email-code',
      };
      const admission = await admitWithoutEnd(database, clock, policy.failures, counted);
      if (admission.is === 'wait') return admission;
      const hashes = codeHashes(pending.id, code);
      return unlessUnderAlarm(database, owner, async (transaction): Promise<CodeResult> => {
        const now = clock.now();
        const taken = await store.takeCode(transaction, { id: pending.id, accountId, hashes, now });
        if (taken === null) return { is: 'wrong' };
        await clear(transaction, counted);
        const own = await readAddresses(transaction, parts, accountId);
        if (own.length >= policy.emails.most) return { is: 'full' };
        const address = { id: uuid(), email: pending.email, verifiedAt: now, returnedAt: null };
        if (!(await addAddress(transaction, parts, accountId, address))) return { is: 'taken' };
        await notices.send(transaction, accountId, { is: 'email-added', email: pending.email });
        await recordSecurityEvent(transaction, clock, { kind: 'email-added', accountId });
        return { is: 'added' };
      });
    },

    makePrimary: (owner, id) =>
      unlessUnderAlarm(database, owner, async (transaction) => {
        const { accountId } = owner;
        const own = await readAddresses(transaction, parts, accountId);
        const before = own.find(({ isPrimary }) => isPrimary);
        const next = own.find((each) => each.id === id);
        if (next === undefined || before === undefined) return { is: 'unknown' } as const;
        if (next.isPrimary) return { is: 'primary' } as const;
        const limits = { ...policy.failures, wait: MAIN_CHANGES };
        const counted = { subject: accountSubject(accountId), kind: 'main-email' } as const;
        const admission = await admitWithoutEnd(transaction, clock, limits, counted);
        if (admission.is === 'wait') return admission;
        await setPrimary(transaction, accountId, id);
        await notices.send(transaction, accountId, {
          is: 'email-changed',
          main: next.email,
          old: before.email,
        });
        await recordSecurityEvent(transaction, clock, { kind: 'email-made-primary', accountId });
        return { is: 'done' } as const;
      }),

    remove: (owner, id) =>
      unlessUnderAlarm(database, owner, async (transaction): Promise<ChangeResult> => {
        const { accountId } = owner;
        const address = (await readAddresses(transaction, parts, accountId)).find((each) => each.id === id);
        if (address === undefined) return { is: 'unknown' };
        if (address.isPrimary) return { is: 'primary' };
        await leave(transaction, parts, accountId, address);
        await endRecoveries(transaction, clock, accountId, { restingOn: [id] });
        await notices.send(transaction, accountId, { is: 'email-removed', email: address.email });
        await recordSecurityEvent(transaction, clock, { kind: 'email-removed', accountId });
        return { is: 'done' };
      }),

    removeOld: () => store.removeOld(database, after(clock, -DAY)),
  };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly 'main-email': true;
  }
}
