import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { newToken, tokenHash } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, asAccountId } from '../accounts/index.ts';
import { forgetDevices } from '../devices/index.ts';
import type { Notices } from '../notices/index.ts';
import { endRecoveries } from '../open-recoveries/index.ts';
import type { Policy } from '../policy/index.ts';
import { holdSession, type Session, type Sessions } from '../sessions/index.ts';

/** Why a change of an account was not made. */
export type Refused =
  /** Somebody else may be in it. */
  | { readonly is: 'alarmed' }
  /** The session, or the account, is no more. */
  | { readonly is: 'gone' };

/** Who asks for a change: a person in a session. */
export type Asking = Pick<Session, 'id' | 'accountId'>;

export type Alarm = {
  /** Whether a link still works. */
  isLink(token: string): Promise<boolean>;
  /** Raises the alarm by a link, which it uses up. @returns false where the link does not work */
  raiseByLink(token: string): Promise<boolean>;
  /**
   * Protects an account whose person said that somebody else may be in it: every session ends, no device is known any
   * more, a closing is called off, and credentials stay as they are until the person recovers the account. Every address
   * is told, since the alarm may be a stranger's.
   */
  raise(accountId: AccountId): Promise<void>;
  /** Ends the alarm, in the transaction that ends a recovery. */
  clear(transaction: Database, accountId: AccountId): Promise<void>;
  removeOld(): Promise<void>;
};

const DAY = 24 * 3_600_000;
const PAGE = '/not-me';
/** Where an account is got back. */
export const RECOVER = '/recover';

/**
 * Makes links for messages, each in the caller's transaction: whoever reads the message can say with it that it was not
 * them, without signing in.
 * @returns what gives the path of the page, with its token
 */
export const alarmLinks =
  ({ clock, policy }: { clock: Clock; policy: Policy['alarm'] }) =>
  async (transaction: Database, accountId: AccountId): Promise<string> => {
    const token = newToken();
    const expiresAt = new Date(clock.now().getTime() + policy.days * DAY);
    await transaction
      .insertInto('alarm_link')
      .values({ token_hash: tokenHash(token), account_id: accountId, expires_at: expiresAt })
      .execute();
    return `${PAGE}?${new URLSearchParams({ token })}`;
  };

/** "This wasn't me": what a person can do at once, by whatever still reaches them. */
export function makeAlarm({
  database,
  clock,
  sessions,
  notices,
}: {
  database: Database;
  clock: Clock;
  sessions: Pick<Sessions, 'endSome'>;
  notices: Notices;
}): Alarm {
  async function raise(transaction: Database, accountId: AccountId): Promise<void> {
    const raised = await transaction
      .updateTable('account')
      .set((eb) => ({ alarmed_at: eb.fn.coalesce('alarmed_at', eb.val(clock.now())), closes_at: null }))
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (raised.numUpdatedRows === 0n) return;
    // First what could still become a session, then the sessions.
    await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
    await sessions.endSome(transaction, accountId, 'all');
    await endRecoveries(transaction, clock, accountId);
    await transaction.deleteFrom('alarm_link').where('account_id', '=', accountId).execute();
    // No code adds an address or a number that whoever is in the account began to add.
    await transaction
      .updateTable('email_addition')
      .set({ code_hash: null, stage: 'replaced' })
      .where('account_id', '=', accountId)
      .where('stage', '=', 'code')
      .execute();
    await transaction
      .deleteFrom('account_phone')
      .where('account_id', '=', accountId)
      .where('verified_at', 'is', null)
      .execute();
    // A remembered device would be let in by the password alone, and a known one shortens a hold: whose it is, nobody knows.
    await forgetDevices(transaction, accountId);
    // So do questions, and whoever was in the account may have chosen them.
    await transaction.deleteFrom('security_question').where('account_id', '=', accountId).execute();
    await notices.send(transaction, accountId, { is: 'alarm-raised', recover: RECOVER });
    await recordSecurityEvent(transaction, clock, { kind: 'alarm-raised', accountId });
  }

  return {
    isLink: async (token) => {
      const found = await database
        .selectFrom('alarm_link')
        .select('account_id')
        .where('token_hash', '=', tokenHash(token))
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      return found !== undefined;
    },
    raiseByLink: (token) =>
      database.transaction().execute(async (transaction) => {
        const used = await transaction
          .deleteFrom('alarm_link')
          .where('token_hash', '=', tokenHash(token))
          .where('expires_at', '>', clock.now())
          .returning('account_id')
          .executeTakeFirst();
        if (used === undefined) return false;
        await raise(transaction, asAccountId.parse(used.account_id));
        return true;
      }),
    raise: (accountId) => database.transaction().execute((transaction) => raise(transaction, accountId)),
    clear: async (transaction, accountId) => {
      // Whoever read older messages shall not raise it again by them.
      await transaction.deleteFrom('alarm_link').where('account_id', '=', accountId).execute();
      const cleared = await transaction
        .updateTable('account')
        .set({ alarmed_at: null })
        .where('id', '=', accountId)
        .where('alarmed_at', 'is not', null)
        .executeTakeFirst();
      if (cleared.numUpdatedRows === 1n)
        await recordSecurityEvent(transaction, clock, { kind: 'alarm-cleared', accountId });
    },
    removeOld: async () =>
      void (await database.deleteFrom('alarm_link').where('expires_at', '<=', clock.now()).execute()),
  };
}

/**
 * Holds an account in which somebody asks for a change, then the session in which they do, until the transaction ends.
 * Whatever ends sessions holds the account first too, so none ends between this and the change (ASVS 7.4.1).
 * @returns why nothing may be changed; null where it may
 */
export async function holdCalm(transaction: Database, asking: Asking): Promise<Refused | null> {
  const account = await transaction
    .selectFrom('account')
    .select('alarmed_at')
    .where('id', '=', asking.accountId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (account === undefined) return { is: 'gone' };
  if (account.alarmed_at !== null) return { is: 'alarmed' };
  return (await holdSession(transaction, asking)) ? null : { is: 'gone' };
}

/**
 * Changes what opens an account, unless the alarm was raised for it or the session was ended in which the change was
 * asked for. Changes of one account are made one after the other, and so is the alarm: none slips in behind it.
 */
export async function whileCalm<T>(
  database: Database,
  asking: Asking,
  change: (transaction: Database) => Promise<T>,
): Promise<T | Refused> {
  return database
    .transaction()
    .execute(
      async (transaction): Promise<T | Refused> =>
        (await holdCalm(transaction, asking)) ?? change(transaction),
    );
}
