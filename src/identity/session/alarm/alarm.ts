import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { DataKey, Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, lockAccount, openAccountKey } from '../../core/accounts/index.ts';
import {
  type Address,
  type AddressLink,
  beginAnew,
  bringBack,
  endReportLinks,
  findLink,
  forgetFormer,
  readAddresses,
  removeOldFormer,
  removeOldLinks,
  settledIn,
  takeOut,
} from '../../core/addresses/index.ts';
import { forgetDevices } from '../../core/devices/index.ts';
import type { Notices, TakenKind, TakenOut } from '../../core/notices/index.ts';
import { endRecoveries, tellOfHolds } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { lockSession, type Session, type Sessions } from '../sessions/index.ts';

/** Why a change of an account was not made. */
export type Refused =
  /** Somebody else may be in it. */
  | { readonly is: 'alarmed' }
  /** The session, or the account, is no more. */
  | { readonly is: 'gone' };

/** Who asks for a change: a person in a session. */
export type Asking = Pick<Session, 'id' | 'accountId'>;

/** What an alarm changed; `already` where there was one and nothing more to change, of which nobody is told. */
export type Raised = TakenOut | 'already';

export type Alarm = {
  /** Whether a link still works, and whether it brings its address back into the account. */
  findLink(token: string): Promise<{ readonly bringsBack: boolean } | null>;
  /** Raises the alarm by a link, which it uses up. @returns what it changed; null where the link does not work */
  raiseByLink(token: string): Promise<Raised | null>;
  /** Raises it from a session. @returns what it changed; null where the session is no more */
  raise(asking: Asking): Promise<Raised | null>;
  /**
   * Ends the alarm, in the transaction that ends a recovery, and takes out what was not settled. Its event and its notice are
   * the caller's, at the end.
   * @param restedOn the id of the address that the recovery rested on, which stays
   * @returns the addresses that are out; null where there was no alarm
   */
  clear(
    transaction: Database,
    accountId: AccountId,
    restedOn: string | null,
  ): Promise<readonly string[] | null>;
  /**
   * The addresses between which whoever is signed in behind the alarm may decide, and so end it: all of an account of which
   * none is settled. None where one is: its word counts for more than that of a session.
   */
  claims(accountId: AccountId): Promise<readonly Address[]>;
  /**
   * Ends the alarm from a session behind it, whose second step is settled since all others are out, and takes out the
   * addresses that are not said to be the person's own.
   */
  end(
    asking: Asking,
    own: readonly string[],
  ): Promise<{ readonly is: 'ended' } | { readonly is: 'none-chosen' } | Refused>;
  removeOld(): Promise<void>;
};

/** Where an account is got back with a new password. Whoever lost more than that finds the other ways from there. */
export const RECOVER = '/recover/password';

/** A kind of second step, as far as an alarm takes it out. */
export type Removable = {
  readonly kind: FactorKind;
  /** Takes out those that an account has got since a time. @returns what the person calls each; null where they gave no name */
  forget(
    transaction: Database,
    owner: { readonly accountId: AccountId; readonly key: DataKey },
    since: Date,
  ): Promise<readonly (string | null)[]>;
  /** Lets what another took the place of since a time count again. @returns whether there was any */
  readonly revive?: (transaction: Database, accountId: AccountId, since: Date) => Promise<boolean>;
};

/** "This wasn't me": what a person can do at once, by whatever still reaches them. */
export function makeAlarm(parts: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'alarm' | 'recovery'>;
  readonly sessions: Pick<Sessions, 'endSome'>;
  /** Every kind that an account may have, also those that are not offered now. */
  readonly everyFactor: readonly Removable[];
  /** Whether an account has a second step that it can use here. */
  readonly hasSecondStep: (transaction: Database, accountId: AccountId) => Promise<boolean>;
  readonly notices: Notices;
  /** Ends whatever else opens something of an account without a sign-in. */
  readonly shutOthers: (transaction: Database, accountId: AccountId) => Promise<void>;
}): Alarm {
  const { database, vault, clock, policy, sessions, everyFactor, hasSecondStep, notices, shutOthers } = parts;

  /** A link that raises the alarm, not one that stops a way back. */
  const find = async (connection: Database, token: string): Promise<AddressLink | null> => {
    const link = await findLink(connection, parts, token);
    return link?.recovery === null ? link : null;
  };

  /** Takes addresses out of an account, and with them the ways back that rest on them. */
  const takeAddressesOut = async (
    transaction: Database,
    accountId: AccountId,
    out: readonly Address[],
  ): Promise<readonly string[]> => {
    await takeOut(transaction, parts, accountId, out);
    await endRecoveries(transaction, clock, accountId, { restingOn: out.map(({ id }) => id) });
    return out.map(({ email }) => email);
  };

  /** Takes out the authenticators, numbers and codes that are not settled; and brings back codes where nothing else is left. */
  const takeFactorsOut = async (transaction: Database, accountId: AccountId) => {
    const since = await settledIn(transaction, parts, accountId);
    const key = await openAccountKey(transaction, vault, accountId);
    const counts: [TakenKind, number][] = [];
    const names: string[] = [];
    for (const factor of everyFactor) {
      const gone = await factor.forget(transaction, { accountId, key }, since);
      counts.push([factor.kind, gone.length]);
      names.push(...gone.filter((name) => name !== null));
    }
    if (!(await hasSecondStep(transaction, accountId)))
      for (const factor of everyFactor)
        if ((await factor.revive?.(transaction, accountId, since)) === true)
          counts.push(['backup-code-back', 1]);
    return { counts, names };
  };

  /** Ends what could change or open the account, of whoever it is. Behind an alarm nothing of it comes anew. */
  const shut = async (transaction: Database, accountId: AccountId) => {
    await transaction
      .updateTable('account')
      .set({ alarmed_at: clock.now(), closes_at: null })
      .where('id', '=', accountId)
      .execute();
    // First what could still become a session, then the sessions.
    await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
    await sessions.endSome(transaction, accountId, 'all');
    await endRecoveries(transaction, clock, accountId);
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
    // A known device shortens a hold, and a remembered one opens the account by a password: whose it is, nobody knows.
    await forgetDevices(transaction, accountId);
    await shutOthers(transaction, accountId);
    // Questions open it too, and whoever was in the account may have chosen them.
    const questions = await transaction
      .deleteFrom('security_question')
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    const { counts, names } = await takeFactorsOut(transaction, accountId);
    return { counts: [...counts, ['questions', Number(questions.numDeletedRows)] as const], names };
  };

  const raise = async (
    transaction: Database,
    accountId: AccountId,
    back: readonly string[],
  ): Promise<Raised> => {
    const { alarmed_at: alarmedAt } = await transaction
      .selectFrom('account')
      .select('alarmed_at')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    // Raised again, it ends nothing: what was begun since is its owner's, who has both steps or waits for a hold.
    const { counts, names } =
      alarmedAt === null ? await shut(transaction, accountId) : { counts: [], names: [] };
    const addresses = await readAddresses(transaction, parts, accountId);
    const isAnySettled = addresses.some(({ standing }) => standing === 'settled');
    const out = await takeAddressesOut(
      transaction,
      accountId,
      addresses.filter(({ standing }) => isAnySettled && standing !== 'settled'),
    );
    if (alarmedAt !== null && out.length + back.length === 0) return 'already';
    const all = [...counts, ['email', out.length], ['email-back', back.length]] as const;
    const taken: TakenOut = Object.fromEntries(all.filter(([, count]) => count > 0));
    await notices.send(transaction, accountId, {
      is: 'alarm-raised',
      recover: RECOVER,
      days: policy.alarm.days,
      taken,
      names,
      emails: { out, back },
    });
    await recordSecurityEvent(transaction, clock, { kind: 'alarm-raised', accountId, detail: taken });
    return taken;
  };

  /**
   * Ends the alarm. Of the addresses that are not settled only some stay, and begin their days anew.
   * @returns those that are out; null where there was no alarm
   */
  const endAlarm = async (
    transaction: Database,
    accountId: AccountId,
    staying: readonly string[],
  ): Promise<readonly string[] | null> => {
    // Whoever read older messages shall not raise it again by them.
    await endReportLinks(transaction, accountId);
    // Read first, since nothing settles as long as there is an alarm.
    const addresses = await readAddresses(transaction, parts, accountId);
    const unsettled = addresses.filter(({ standing }) => standing !== 'settled');
    const cleared = await transaction
      .updateTable('account')
      .set({ alarmed_at: null })
      .where('id', '=', accountId)
      .where('alarmed_at', 'is not', null)
      .executeTakeFirst();
    if (cleared.numUpdatedRows === 0n) return null;
    // What counted again because of it counts no more.
    await transaction.deleteFrom('replaced_backup_codes').where('account_id', '=', accountId).execute();
    const isStaying = ({ id }: Address) => staying.includes(id);
    await beginAnew(transaction, parts, unsettled.filter(isStaying));
    const out = unsettled.filter((address) => !isStaying(address));
    // Never the last one, whatever it is.
    return takeAddressesOut(transaction, accountId, out.length < addresses.length ? out : []);
  };

  /** The addresses between which whoever ends the alarm decides; none where one is settled, whose word counts for more. */
  const claims = async (connection: Database, accountId: AccountId): Promise<readonly Address[]> => {
    const addresses = await readAddresses(connection, parts, accountId);
    return addresses.some(({ standing }) => standing === 'settled') ? [] : addresses;
  };

  return {
    findLink: async (token) => {
      const link = await find(database, token);
      return link === null ? null : { bringsBack: link.bringsBack };
    },

    raiseByLink: (token) =>
      database.transaction().execute(async (transaction) => {
        const found = await find(transaction, token);
        if (found === null) return null;
        await lockAccount(transaction, found.accountId);
        // Others may have raised it while this one waited for the account.
        const link = await find(transaction, token);
        if (link === null) return null;
        const { accountId, addressId, former, bringsBack } = link;
        if (bringsBack && former !== null) {
          if (!(await bringBack(transaction, parts, accountId, former))) return null;
          await tellOfHolds(transaction, clock, accountId);
        }
        if (former !== null) await forgetFormer(transaction, former.id);
        await endReportLinks(transaction, accountId, addressId);
        return raise(transaction, accountId, bringsBack && former !== null ? [former.email] : []);
      }),

    raise: (asking) =>
      database.transaction().execute(async (transaction) => {
        await lockAccount(transaction, asking.accountId);
        if (!(await lockSession(transaction, asking))) return null;
        return raise(transaction, asking.accountId, []);
      }),

    clear: (transaction, accountId, restedOn) =>
      endAlarm(transaction, accountId, restedOn === null ? [] : [restedOn]),

    claims: (accountId) => claims(database, accountId),

    end: (asking, own) =>
      inSession(database, asking, async (transaction, { isAlarmed }) => {
        const { accountId } = asking;
        if (!isAlarmed) return { is: 'ended' };
        const claimed = await claims(transaction, accountId);
        if (claimed.length === 0) return { is: 'alarmed' };
        const staying = claimed.map(({ id }) => id).filter((id) => own.includes(id));
        if (staying.length === 0) return { is: 'none-chosen' };
        const out = (await endAlarm(transaction, accountId, staying)) ?? [];
        // One that became known behind the alarm is as young as what it was to protect from.
        await forgetDevices(transaction, accountId);
        await notices.send(transaction, accountId, { is: 'alarm-ended', out });
        await recordSecurityEvent(transaction, clock, { kind: 'alarm-cleared', accountId });
        return { is: 'ended' };
      }),

    removeOld: async () => {
      await removeOldLinks(database, parts);
      await removeOldFormer(database, parts);
    },
  };
}

/**
 * Does something that somebody asks for in a session, holding the account and then the session until the transaction ends.
 * Whatever ends sessions holds the account first too, so none ends between this and the change (ASVS 7.4.1).
 */
export async function inSession<T>(
  database: Database,
  asking: Asking,
  work: (transaction: Database, account: { readonly isAlarmed: boolean }) => Promise<T | Refused>,
): Promise<T | Refused> {
  return database.transaction().execute(async (transaction): Promise<T | Refused> => {
    const account = await transaction
      .selectFrom('account')
      .select('alarmed_at')
      .where('id', '=', asking.accountId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (account === undefined) return { is: 'gone' };
    const isAlarmed = account.alarmed_at !== null;
    // Whatever the alarm refuses, it says so also to a session that it ended.
    if (!(await lockSession(transaction, asking))) return { is: isAlarmed ? 'alarmed' : 'gone' };
    return work(transaction, { isAlarmed });
  });
}

/**
 * Changes what opens an account, unless the alarm was raised for it or the session was ended in which the change was
 * asked for. Changes of one account are made one after the other, and so is the alarm: none slips in behind it.
 */
export const unlessUnderAlarm = <T>(
  database: Database,
  asking: Asking,
  change: (transaction: Database) => Promise<T>,
): Promise<T | Refused> =>
  inSession<T>(database, asking, async (transaction, { isAlarmed }) =>
    isAlarmed ? { is: 'alarmed' } : change(transaction),
  );
