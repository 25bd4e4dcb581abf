import { sql } from 'kysely';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { newToken, tokenHash, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type AccountId, asAccountId, emailIndexes, holdAccount, openAccountKey } from '../accounts/index.ts';
import { forgetDevices } from '../devices/index.ts';
import type { Factor } from '../factors/index.ts';
import type { Notices, TakenKind, TakenOut } from '../notices/index.ts';
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
  /** Raises the alarm by a link, which it uses up. @returns what it changed; null where the link does not work */
  raiseByLink(token: string): Promise<TakenOut | null>;
  /**
   * Protects an account whose person said that somebody else may be in it: every session ends, no device is known any
   * more, a closing is called off, authenticators and addresses that came to the account in the last days are taken out
   * again and addresses that left it are back. So credentials stay until the person recovers the account. Every address
   * is told, since the alarm may be a stranger's: whoever has had theirs for longer keeps them.
   * @returns what it took out and brought back
   */
  raise(accountId: AccountId): Promise<TakenOut>;
  /**
   * Ends the alarm, in the transaction that ends a recovery. Its event is the caller's to record, at the end.
   * @returns whether there was one
   */
  clear(transaction: Database, accountId: AccountId): Promise<boolean>;
  removeOld(): Promise<void>;
};

const DAY = 24 * 3_600_000;
/** What is added while an account is made is as old as the account. */
const MAKING = 60_000;
const PAGE = '/not-me';
/** Where an account is got back with a new password. Whoever lost more than that finds the other ways from there. */
export const RECOVER = '/recover/password';

/**
 * Makes links for messages to an address of an account, each in the caller's transaction: whoever reads the message can
 * say with it that it was not them, without signing in. It works while the address is of the account.
 * @returns what gives the path of the page, with its token
 */
export const alarmLinks =
  ({ vault, clock, policy }: { vault: Vault; clock: Clock; policy: Policy['alarm'] }) =>
  async (transaction: Database, accountId: AccountId, email: string): Promise<string> => {
    const token = newToken();
    const expiresAt = new Date(clock.now().getTime() + policy.days * DAY);
    await sql`
      insert into alarm_link (token_hash, account_id, email_id, expires_at)
      select ${tokenHash(token)}, account_id, id, ${expiresAt} from account_email
      where account_id = ${accountId} and email_index = any(${emailIndexes(vault, email)}::bytea[])
    `.execute(transaction);
    return `${PAGE}?${new URLSearchParams({ token })}`;
  };

/** "This wasn't me": what a person can do at once, by whatever still reaches them. */
export function makeAlarm({
  database,
  vault,
  clock,
  policy,
  sessions,
  factors,
  emails,
  notices,
}: {
  database: Database;
  vault: Vault;
  clock: Clock;
  policy: Policy['alarm'];
  sessions: Pick<Sessions, 'endSome'>;
  /** Every kind that an account may have, also those that are not offered now. */
  factors: readonly Pick<Factor, 'kind' | 'forget'>[];
  emails: {
    /**
     * Takes out the addresses that came to an account since a time, and brings back those that left it.
     * @param askedFrom the id of the address whose reader asked for it, which stays; null for a session
     */
    revert(
      transaction: Database,
      accountId: AccountId,
      since: Date,
      askedFrom: string | null,
    ): Promise<{ readonly out: readonly string[]; readonly back: readonly string[] }>;
  };
  notices: Notices;
}): Alarm {
  /** Whose a link is that still works; raising the alarm uses up every link of its account. */
  async function find(
    connection: Database,
    token: string,
  ): Promise<{ readonly accountId: AccountId; readonly emailId: string | null } | null> {
    const found = await connection
      .selectFrom('alarm_link')
      .select(['account_id', 'email_id'])
      .where('token_hash', '=', tokenHash(token))
      .where('expires_at', '>', clock.now())
      .executeTakeFirst();
    return found === undefined
      ? null
      : { accountId: asAccountId.parse(found.account_id), emailId: found.email_id };
  }

  async function raise(
    transaction: Database,
    accountId: AccountId,
    askedFrom: string | null,
  ): Promise<TakenOut> {
    const account = await transaction
      .selectFrom('account')
      .select(['alarmed_at', 'created_at'])
      .where('id', '=', accountId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (account === undefined) return {};
    await transaction
      .updateTable('account')
      .set({ alarmed_at: account.alarmed_at ?? clock.now(), closes_at: null })
      .where('id', '=', accountId)
      .execute();
    // First what could still become a session, then the sessions.
    await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
    await sessions.endSome(transaction, accountId, 'all');
    // Raised once more, by whoever: what its owner has begun behind it goes on.
    await endRecoveries(transaction, clock, accountId, { begunBefore: account.alarmed_at });
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
    const questions = await transaction
      .deleteFrom('security_question')
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    const since = new Date(
      Math.max(clock.now().getTime() - policy.days * DAY, account.created_at.getTime() + MAKING),
    );
    const counts: [TakenKind, number][] = [['questions', Number(questions.numDeletedRows)]];
    const key = await openAccountKey(transaction, vault, accountId);
    const names: string[] = [];
    for (const factor of factors) {
      const { gone, isRevived = false } = await factor.forget(transaction, { accountId, key }, since);
      counts.push([factor.kind, gone.length], ['backup-code-back', Number(isRevived)]);
      names.push(...gone.filter((name) => name !== null));
    }
    const addresses = await emails.revert(transaction, accountId, since, askedFrom);
    counts.push(['email', addresses.out.length], ['email-back', addresses.back.length]);
    const taken: TakenOut = Object.fromEntries(counts.filter(([, count]) => count > 0));
    await notices.send(transaction, accountId, {
      is: 'alarm-raised',
      recover: RECOVER,
      days: policy.days,
      taken,
      names,
      emails: addresses,
    });
    await recordSecurityEvent(transaction, clock, { kind: 'alarm-raised', accountId, detail: taken });
    return taken;
  }

  return {
    isLink: async (token) => (await find(database, token)) !== null,
    raiseByLink: (token) =>
      database.transaction().execute(async (transaction) => {
        const found = await find(transaction, token);
        if (found === null) return null;
        await holdAccount(transaction, found.accountId);
        // Others may have raised it while this one waited for the account.
        if ((await find(transaction, token)) === null) return null;
        return raise(transaction, found.accountId, found.emailId);
      }),
    raise: (accountId) =>
      database.transaction().execute((transaction) => raise(transaction, accountId, null)),
    clear: async (transaction, accountId) => {
      // Whoever read older messages shall not raise it again by them.
      await transaction.deleteFrom('alarm_link').where('account_id', '=', accountId).execute();
      const cleared = await transaction
        .updateTable('account')
        .set({ alarmed_at: null })
        .where('id', '=', accountId)
        .where('alarmed_at', 'is not', null)
        .executeTakeFirst();
      if (cleared.numUpdatedRows === 0n) return false;
      // What counted again because of it counts no more.
      await transaction.deleteFrom('replaced_backup_codes').where('account_id', '=', accountId).execute();
      return true;
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
async function holdCalm(transaction: Database, asking: Asking): Promise<Refused | null> {
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
