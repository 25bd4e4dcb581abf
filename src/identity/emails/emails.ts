import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import {
  type BlindIndexes,
  type DataKey,
  newCode,
  newToken,
  tokenHash,
  type Vault,
} from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { codeDigits } from '../../platform/digits/index.ts';
import {
  type AccountId,
  asAccountId,
  emailIndexes,
  holdAccount,
  isEmailTaken,
  normalEmail,
  openEmail,
  sealEmail,
} from '../accounts/index.ts';
import { type Asking, type Refused, whileCalm } from '../alarm/index.ts';
import type { Concerned, Notices } from '../notices/index.ts';
import { endRecoveries } from '../open-recoveries/index.ts';
import type { Policy } from '../policy/index.ts';
import { accountSubject, admitWithoutEnd, type Counted, clear } from '../throttling/index.ts';
import { addEmail, changePlace, restoreEmail } from './addresses.ts';
import { type RevertedEmails, revertEmails } from './revert.ts';
import * as store from './store.ts';

/** Whoever changes their addresses. */
export type Owner = Asking & { readonly key: DataKey; readonly language: string };

/** An address of an account. All were verified: one that was not is only pending. */
export type Email = {
  readonly id: string;
  readonly email: string;
  readonly isPrimary: boolean;
  readonly verifiedAt: Date;
  /** Whether its reader could undo that it is removed, or no longer the main one. */
  readonly canUndo: boolean;
};

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

/** What a link would take back. */
export type Undoable = { readonly kind: ChangeKind; readonly email: string };
export type UndoResult = { readonly is: 'undone' } | { readonly is: 'gone' };
type ChangeKind = 'primary' | 'removed';

/** The messages of adding an address. Which of them is sent never shows on a page. */
export type EmailMessages = {
  code(database: Database, to: string, language: string, code: string): Promise<void>;
  belongsToAnother(database: Database, to: string, language: string): Promise<void>;
};

export type Emails = {
  /** The addresses of an account, the main one first. */
  list(owner: Owner): Promise<readonly Email[]>;
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
  /** What the link of a message would take back; null when it is used, overtaken or too old. */
  findUndo(token: string): Promise<Undoable | null>;
  undo(token: string): Promise<UndoResult>;
  /**
   * Takes back what was done to the addresses of an account since a time, in a transaction that holds it.
   * @param askedFrom the id of the address whose reader asked for it; null for a session
   */
  revert(
    transaction: Database,
    accountId: AccountId,
    since: Date,
    askedFrom: string | null,
  ): Promise<RevertedEmails>;
  removeOld(): Promise<void>;
};

export type EmailsParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'code' | 'emails' | 'failures'>;
  readonly notices: Notices;
  readonly messages: EmailMessages;
};

export const UNDO_PATH = '/account/emails/undo';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How often another address is made the main one before each further time is followed by a wait. */
const MAIN_CHANGES = 5;

export const pendingPlace = (row: string) => ({ table: 'email_addition', column: 'email_sealed', row });

/** An address that cannot come back, since another account has it. */
class TakenSince extends Error {}

/** The addresses of accounts (NIST SP 800-63B-4 §4.6; ASVS 6.3.7). */
export function makeEmails({ database, vault, clock, policy, notices, messages }: EmailsParts): Emails {
  const after = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);
  const codeHashes = (id: string, code: string) => vault.blindIndexes('email-addition-code', `${id}:${code}`);

  /** Runs a change of an account's addresses alone, so that what it sees stays so. */
  const alone = <T>(accountId: AccountId, change: (transaction: Database) => Promise<T>): Promise<T> =>
    database.transaction().execute(async (transaction) => {
      await holdAccount(transaction, accountId);
      return change(transaction);
    });

  const findPending = (within: Database, accountId: AccountId) =>
    store.findPending(within, accountId, after(-DAY));

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
    const sent = await store.countSent(transaction, { accountId, indexes, since: after(-HOUR) });
    const code = newCode();
    const today = await store.countSent(transaction, { accountId, indexes, since: after(-DAY) });
    const { sentPerHour, sentPerDay, inAllPerHour, inAllPerDay } = policy.code;
    if (sent.byAccount >= sentPerHour || today.byAccount >= sentPerDay) return false;
    const isFull = sent.toAddress >= inAllPerHour || today.toAddress >= inAllPerDay;
    if (isFull && today.byBoth > 0) return false;
    await store.setCode(transaction, id, {
      hash: taken ? null : codeHashes(id, code)[0],
      sentAt: clock.now(),
      expiresAt: after(policy.code.minutes * 60_000),
    });
    if (taken) await messages.belongsToAnother(transaction, email, language);
    else await messages.code(transaction, email, language, code);
    return true;
  }

  /**
   * Whether an address is older than a link to it would live: whoever was in the account for an hour could come back by a
   * younger one for a week. The first address of an account counts as old from the start.
   */
  const isOld = ({ verified_at }: store.EmailRow, createdAt: Date): boolean =>
    verified_at <= createdAt || verified_at <= after(-policy.emails.undoDays * DAY);

  /** Keeps what it takes to undo a change, for the address that was main or was removed. One that is not old gets none. */
  async function concern(
    transaction: Database,
    { accountId, key }: Owner,
    row: store.EmailRow,
    kind: ChangeKind,
  ): Promise<Concerned> {
    const to = openEmail(key, row);
    const lasts = policy.emails.undoDays * DAY;
    if (!isOld(row, await store.accountCreatedAt(transaction, accountId))) return { to, undo: null };
    const id = uuid();
    const token = newToken();
    const until = after(lasts);
    await store.insertChange(transaction, {
      id,
      account_id: accountId,
      kind,
      stage: 'undoable',
      token_hash: tokenHash(token),
      email_sealed: key.seal(to, changePlace(id)),
      verified_at: row.verified_at,
      created_at: clock.now(),
      expires_at: until,
    });
    return { to, undo: { path: `${UNDO_PATH}?${new URLSearchParams({ token })}`, until } };
  }

  return {
    list: async ({ accountId, key }) => {
      const createdAt = await store.accountCreatedAt(database, accountId);
      return (await store.emailsOf(database, accountId)).map((row) => ({
        id: row.id,
        email: openEmail(key, row),
        isPrimary: row.is_primary,
        verifiedAt: row.verified_at,
        canUndo: isOld(row, createdAt),
      }));
    },
    pending: async ({ accountId, key }) => {
      const row = await findPending(database, accountId);
      if (row === null) return null;
      const email = key.unseal(row.email_sealed, pendingPlace(row.id));
      return { id: row.id, email, sent: row.codes_sent > 0 };
    },

    add: (owner, typed) =>
      whileCalm(database, owner, async (transaction): Promise<AddResult> => {
        const { accountId, key } = owner;
        const email = normalEmail(typed);
        const indexes = emailIndexes(vault, email);
        const own = await store.emailsOf(transaction, accountId);
        if (own.some((row) => indexes.some((index) => index.equals(row.email_index))))
          return { is: 'own-already' };
        if (own.length >= policy.emails.most) return { is: 'full' };
        const id = uuid();
        const now = clock.now();
        await store.replacePending(transaction, {
          id,
          account_id: accountId,
          stage: 'code',
          email_index: indexes[0],
          email_sealed: key.seal(email, pendingPlace(id)),
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
      whileCalm(database, owner, async (transaction) => {
        const row = await findPending(transaction, owner.accountId);
        if (row === null) return { is: 'enough' } as const;
        const email = owner.key.unseal(row.email_sealed, pendingPlace(row.id));
        const indexes = emailIndexes(vault, email);
        const isSent = await sendCode(transaction, owner, { id: row.id, indexes, email });
        return { is: isSent ? 'sent' : 'enough' } as const;
      }),

    giveUp: (owner) =>
      whileCalm(database, owner, async (transaction) => {
        await store.endPending(transaction, owner.accountId);
        return { is: 'given-up' } as const;
      }),

    enterCode: async (owner, pending, typed) => {
      const { accountId, key } = owner;
      // Counted for the account: asking for another address or another code starts no new count.
      const counted: Counted = {
        subject: vault.blindIndex('throttle-email-addition', accountId),
        kind: 'email-code',
      };
      const admission = await admitWithoutEnd(database, clock, policy.failures, counted);
      if (admission.is === 'wait') return admission;
      const hashes = codeHashes(pending.id, codeDigits(typed));
      return whileCalm(database, owner, async (transaction): Promise<CodeResult> => {
        const now = clock.now();
        const taken = await store.takeCode(transaction, { id: pending.id, accountId, hashes, now });
        if (taken === null) return { is: 'wrong' };
        await clear(transaction, counted);
        // An undo may have brought an address back in the meantime.
        const own = await store.emailsOf(transaction, accountId);
        if (own.length >= policy.emails.most) return { is: 'full' };
        const id = uuid();
        const added = await addEmail(transaction, vault, pending.email, {
          id,
          account_id: accountId,
          email_sealed: sealEmail(key, id, pending.email),
          is_primary: false,
          verified_at: now,
        });
        if (!added) return { is: 'taken' };
        await notices.send(transaction, accountId, { is: 'email-added', email: pending.email });
        await recordSecurityEvent(transaction, clock, { kind: 'email-added', accountId });
        return { is: 'added' };
      });
    },

    makePrimary: (owner, id) =>
      whileCalm(database, owner, async (transaction) => {
        const { accountId } = owner;
        const own = await store.emailsOf(transaction, accountId);
        const before = own.find((row) => row.is_primary);
        const next = own.find((row) => row.id === id);
        if (next === undefined || before === undefined) return { is: 'unknown' } as const;
        if (next.is_primary) return { is: 'primary' } as const;
        const limits = { ...policy.failures, wait: MAIN_CHANGES };
        const counted = { subject: accountSubject(accountId), kind: 'main-email' } as const;
        const admission = await admitWithoutEnd(transaction, clock, limits, counted);
        if (admission.is === 'wait') return admission;
        await store.setPrimary(transaction, accountId, id);
        const old = await concern(transaction, owner, before, 'primary');
        await notices.send(transaction, accountId, {
          is: 'email-changed',
          main: openEmail(owner.key, next),
          old,
        });
        await recordSecurityEvent(transaction, clock, { kind: 'email-made-primary', accountId });
        return { is: 'done' } as const;
      }),

    remove: (owner, id) =>
      whileCalm(database, owner, async (transaction): Promise<ChangeResult> => {
        const { accountId } = owner;
        const row = (await store.emailsOf(transaction, accountId)).find((each) => each.id === id);
        if (row === undefined) return { is: 'unknown' };
        if (row.is_primary) return { is: 'primary' };
        await store.removeEmail(transaction, accountId, id);
        // Whoever read that address may be on the way in by it.
        await endRecoveries(transaction, clock, accountId);
        const old = await concern(transaction, owner, row, 'removed');
        await notices.send(transaction, accountId, { is: 'email-removed', old });
        await recordSecurityEvent(transaction, clock, { kind: 'email-removed', accountId });
        return { is: 'done' };
      }),

    findUndo: async (token) => {
      const row = await store.findChange(database, tokenHash(token), clock.now());
      if (row === null) return null;
      const email = vault.openDataKey(row.data_key).unseal(row.email_sealed, changePlace(row.id));
      return { kind: row.kind === 'primary' ? 'primary' : 'removed', email };
    },

    undo: async (token) => {
      const found = await store.findChange(database, tokenHash(token), clock.now());
      if (found === null) return { is: 'gone' };
      const accountId = asAccountId.parse(found.account_id);
      const undone = alone(accountId, async (transaction): Promise<UndoResult> => {
        if (!(await store.takeChange(transaction, found.id, clock.now()))) return { is: 'gone' };
        // Whoever made this change may have made others since, and holds their links.
        await store.overtakeLater(transaction, accountId, found.id);
        const key = vault.openDataKey(found.data_key);
        const id = await restoreEmail(transaction, vault, { accountId, key }, found);
        // Its reader has given it to another account since: nothing of this is done then.
        if (id === null) throw new TakenSince();
        if (found.kind === 'primary') await store.setPrimary(transaction, accountId, id);
        await notices.send(transaction, accountId, {
          is: 'email-restored',
          email: key.unseal(found.email_sealed, changePlace(found.id)),
        });
        await recordSecurityEvent(transaction, clock, { kind: 'email-change-undone', accountId });
        return { is: 'undone' };
      });
      return undone.catch((error: unknown) => {
        if (error instanceof TakenSince) return { is: 'gone' };
        throw error;
      });
    },

    revert: (transaction, accountId, since, askedFrom) =>
      revertEmails(transaction, vault, { accountId, since, askedFrom, now: clock.now() }),

    removeOld: () => store.removeOld(database, after(-DAY), clock.now()),
  };
}
