import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { after, type Clock, DAY, HOUR, MINUTE } from '../../../platform/clock/index.ts';
import { type DataKey, lockOf, newCode, sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Consume, Database } from '../../../platform/database/index.ts';
import type { Mailer } from '../../../platform/messages/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { asPhoneNumber, type Phone, type PhoneNumber, phoneIndexes } from '../../core/phones/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { SendResult } from '../factors/index.ts';
import * as store from './store.ts';

/** Who asks for a code, and what alone takes it. */
export type Asking = {
  readonly attempt: string;
  readonly accountId: AccountId;
  readonly language: string;
};

/** Who asks to prove a number that no account has yet: it is kept with the code. */
export type AskingNew = {
  readonly attempt: string;
  readonly asker: store.Asker;
  /** Seals the number. */
  readonly key: DataKey;
  readonly language: string;
};

type SentOrEnough = Extract<SendResult, { is: 'sent' | 'enough' }>;

/** What a code is sent for: to prove a number that is new to an account, or to take a second step. */
type Purpose = 'new-number' | 'second-step';

export type SmsCodes = {
  /**
   * Sends a code in the place of any that the attempt has, unless enough was sent. Failures counted so far stay
   * (NIST SP 800-63B-4 §3.1.3).
   */
  send(
    transaction: Database,
    asking: Asking,
    phone: Pick<Phone, 'id' | 'number'>,
    purpose: Purpose,
  ): Promise<SentOrEnough>;
  /** The same to a number that is no phone of an account yet. */
  sendToNew(transaction: Database, asking: AskingNew, number: PhoneNumber): Promise<SentOrEnough>;
  /** The phone to which the code of an attempt went that works now, and whether it took the place of a fresh one. */
  waiting(database: Database, attempt: string): Promise<{ phoneId: string; isAnother: boolean } | null>;
  /** The number to which the code of an attempt went by `sendToNew`, while it works. */
  waitingNew(
    database: Database,
    asking: Pick<AskingNew, 'attempt' | 'key'>,
  ): Promise<{ number: PhoneNumber; isAnother: boolean } | null>;
  /**
   * What uses a code of `sendToNew` up and the number that it proves, or null where it is not the one of this attempt.
   */
  checkNew(
    database: Database,
    asking: Pick<AskingNew, 'attempt' | 'key'>,
    typed: string,
  ): Promise<{ readonly number: PhoneNumber; readonly take: Consume } | null>;
  /** What uses a code up, or null where it is not the one of this attempt. */
  check(
    database: Database,
    asking: Pick<Asking, 'attempt' | 'accountId'>,
    typed: string,
  ): Promise<{ readonly phoneId: string; readonly take: Consume } | null>;
  /** Uses a code up outside of any larger statement. @returns false where it was used before */
  use(transaction: Database, take: Consume): Promise<boolean>;
  removeOld(database: Database): Promise<void>;
};

export const NEWCOMERS_NUMBER = sealedColumn({
  table: 'sms_code',
  column: 'number_sealed',
  under: ['sign_up', 'recovery'],
  of: sql`t.attempt`,
});
const { place } = NEWCOMERS_NUMBER;

/**
 * Codes by text message (NIST SP 800-63B-4 §3.1.3, §3.2.9; ASVS 6.5.1 to 6.5.5, 6.6.1 to 6.6.3): of six digits, each
 * bound to what asks for it, short-lived and good once.
 */
export function makeSmsCodes({
  vault,
  clock,
  policy,
  mailer,
}: {
  vault: Vault;
  clock: Clock;
  policy: Pick<Policy, 'code' | 'phones'>;
  mailer: Pick<Mailer, 'codeText'>;
}): SmsCodes {
  const codeOf = (attempt: string, code: string) => ['sms-code', `${attempt}:${code}`] as const;

  /**
   * The number of somebody who never asked for a message gets few, whoever asks, and one account can ask for few such.
   * They are counted apart from those to numbers that are proven, so that no stranger uses up an owner's.
   */
  const isEnough = ({ toPhone, toNumber, forAsker, forNewcomers }: store.Sent, purpose: Purpose): boolean => {
    const { sentPerHour } = policy.code;
    const { sentPerHour: toOneNumber, unprovenPerDay, signUpsPerDay, allSignUpsPerDay } = policy.phones;
    if (toPhone >= sentPerHour || toNumber.hour >= toOneNumber) return true;
    if (purpose === 'second-step') return false;
    if (forNewcomers.network >= signUpsPerDay || forNewcomers.all >= allSignUpsPerDay) return true;
    return forAsker.hour >= sentPerHour || forAsker.day >= unprovenPerDay || toNumber.day >= unprovenPerDay;
  };

  type Target = { readonly phoneId: string } | { readonly key: DataKey };

  const dispatch = async (
    transaction: Database,
    { attempt, asker, language }: Omit<AskingNew, 'key'>,
    number: PhoneNumber,
    purpose: Purpose,
    target: Target,
  ): Promise<SentOrEnough> => {
    const indexes = phoneIndexes(vault, number);
    await store.lockCounts(transaction, asker, lockOf(indexes));
    const since = { hour: after(clock, -HOUR), day: after(clock, -DAY) };
    const sent = await store.countSent(transaction, { asker, indexes, purpose, ...since });
    if (isEnough(sent, purpose)) return { is: 'enough' };
    const code = newCode();
    await store.endCodes(transaction, attempt);
    const id = uuid();
    await store.insertCode(transaction, {
      id,
      account_id: asker.is === 'account' ? asker.id : null,
      network_index: asker.is === 'newcomer' ? asker.network : null,
      address_index: asker.is === 'newcomer' ? asker.address : null,
      phone_id: 'phoneId' in target ? target.phoneId : null,
      number_sealed: 'key' in target ? target.key.seal(number, place(id)) : null,
      number_index: indexes[0],
      purpose,
      attempt,
      code_hash: vault.blindIndex(...codeOf(attempt, code)),
      sent_at: clock.now(),
      expires_at: after(clock, policy.code.minutes * MINUTE),
    });
    const { minutes } = policy.code;
    await mailer.codeText(transaction, { to: number, language }, { code, minutes });
    return { is: 'sent' };
  };

  const isAnother = async (database: Database, attempt: string): Promise<boolean> =>
    (await store.countFresh(database, attempt, clock.now())) > 1;
  const isCodeOf = (attempt: string, hash: Buffer, typed: string): boolean =>
    vault.isBlindIndex(hash, ...codeOf(attempt, typed));

  return {
    send: (transaction, { attempt, accountId, language }, { id: phoneId, number }, purpose) => {
      const asker = { is: 'account', id: accountId } as const;
      return dispatch(transaction, { attempt, asker, language }, number, purpose, { phoneId });
    },

    sendToNew: (transaction, { key, ...asking }, number) =>
      dispatch(transaction, asking, number, 'new-number', { key }),

    waiting: async (database, attempt) => {
      const live = await store.findLive(database, attempt, clock.now());
      if (live?.phone_id == null) return null;
      return { phoneId: live.phone_id, isAnother: await isAnother(database, attempt) };
    },

    waitingNew: async (database, { attempt, key }) => {
      const live = await store.findLive(database, attempt, clock.now());
      if (live?.number_sealed == null) return null;
      const number = asPhoneNumber(key.unseal(live.number_sealed, place(live.id)));
      return { number, isAnother: await isAnother(database, attempt) };
    },

    check: async (database, { attempt, accountId }, typed) => {
      const live = await store.findLive(database, attempt, clock.now());
      if (live?.code_hash == null || live.phone_id === null || live.account_id !== accountId) return null;
      if (!isCodeOf(attempt, live.code_hash, typed)) return null;
      return { phoneId: live.phone_id, take: (when) => store.taking(live.id, clock.now(), when) };
    },

    checkNew: async (database, { attempt, key }, typed) => {
      const live = await store.findLive(database, attempt, clock.now());
      if (live?.code_hash == null || live.number_sealed === null) return null;
      if (!isCodeOf(attempt, live.code_hash, typed)) return null;
      const number = asPhoneNumber(key.unseal(live.number_sealed, place(live.id)));
      return { number, take: (when) => store.taking(live.id, clock.now(), when) };
    },

    use: async (transaction, take) => {
      const { rows } = await sql`${take(sql<boolean>`true`)}`.execute(transaction);
      return rows.length === 1;
    },

    removeOld: (database) => store.removeOld(database, after(clock, -DAY)),
  };
}
