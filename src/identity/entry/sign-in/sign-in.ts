import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { appending, recordSecurityEvent } from '../../../platform/audit/index.ts';
import { describeBrowser } from '../../../platform/browser/index.ts';
import { after, type Clock, DAY, MINUTE } from '../../../platform/clock/index.ts';
import { newToken, tokenHash, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { Verdict } from '../../../platform/proof-of-work/index.ts';
import { type AccountId, asAccountId, identified } from '../../core/accounts/index.ts';
import { type Browser, deviceOf, knowing, newDeviceToken, tokenOf } from '../../core/devices/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import {
  accountSubject,
  accountSubjectOf,
  admissionOf,
  admitting,
  type Counted,
  clearing,
  LIFTED_DEVICE,
  refund,
  strangerSubject,
  UNKNOWN_DEVICE,
} from '../../core/throttling/index.ts';
import { tellBackupCodeUsed } from '../../credentials/backup-codes/index.ts';
import {
  type Challenged,
  type Factor,
  factorsOf,
  kindsHeld,
  orTakeBack,
  type Refusal,
  recordRefusal,
  tryFactor,
} from '../../credentials/factors/index.ts';
import type { Passkeys, Purpose } from '../../credentials/passkeys/index.ts';
import { normalPassword } from '../../credentials/passwords/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import * as store from './store.ts';

/** Somebody who was let in. */
export type Entered = {
  /** For the cookie of the session. */
  readonly token: string;
  /** For the cookie of the device, which is known from now on. */
  readonly deviceToken: string;
  readonly returnTo: string;
};

export type PasswordResult =
  /** No factor where the account has none that is allowed here any more. */
  | { readonly is: 'needs-factor'; readonly token: string; readonly factor: Factor | null }
  | { readonly is: 'signed-in'; readonly entered: Entered }
  /** So many tries failed that one more is made only with a proof of work. */
  | { readonly is: 'unproven'; readonly verdict: Unproven }
  | { readonly is: 'wrong'; readonly asksProof: boolean }
  | Exclude<Refusal, { is: 'wrong' }>;

type Unproven = Exclude<Verdict, { is: 'proven' }>;

export type FactorResult =
  | { readonly is: 'right'; readonly value: Entered }
  | Refusal
  | { readonly is: 'gone' };

export type SignIn = {
  /** The first step. @throws HashingBusy */
  checkPassword(given: {
    identifier: string;
    password: string;
    returnTo: string;
    browser: Browser;
    /** Asked only where the try needs it. */
    prove(): Promise<Verdict>;
  }): Promise<PasswordResult>;
  /** Who waits for a second step, with the kinds that they have and where it leads; null when nobody does. */
  waiting(
    token: string,
  ): Promise<{ challenged: Challenged; held: readonly FactorKind[]; returnTo: string } | null>;
  /** The second step. @throws HashingBusy */
  checkFactor(
    token: string,
    factor: Factor,
    given: { answer: string; browser: Browser; remember: boolean },
  ): Promise<FactorResult>;
  /** Both steps at once: a passkey that says whose it is and has verified its user. */
  checkPasskey(given: {
    answer: string;
    purpose: Purpose;
    returnTo: string;
    browser: Browser;
  }): Promise<{ readonly is: 'signed-in'; readonly entered: Entered } | { readonly is: 'wrong' }>;
  removeOld(): Promise<void>;
};

export type SignInParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly sessions: Sessions;
  readonly notices: Notices;
  /** Every kind of second step, the one that is offered first at the front. */
  readonly factors: readonly Factor[];
  readonly passkeys: Pick<Passkeys, 'check'>;
};

/** Sign-in in two steps, each counted against guessing. */
export async function makeSignIn({
  database,
  vault,
  clock,
  hasher,
  policy,
  sessions,
  notices,
  factors,
  passkeys,
}: SignInParts): Promise<SignIn> {
  // An account that does not exist is checked against this, so that it takes as long as one that does.
  const nobodysHash = await hasher.hash(newToken());
  const refusing = { database, clock, policy, notices };

  const checkPassword: SignIn['checkPassword'] = async ({
    identifier,
    password,
    returnTo,
    browser,
    prove,
  }) => {
    const stranger = strangerSubject(vault, identifier);
    const found = await store.findAndCount(database, {
      identified: identified(vault, identifier),
      deviceOf: (accountId) => deviceOf(clock, policy.devices, accountId, browser),
      subject: (accountId) => sql`coalesce(${accountSubjectOf(accountId)}, ${stranger}::bytea)`,
      admitting: (source) => admitting(clock, policy.failures, 'password', source),
    });
    const accountId = found.account_id === null ? null : asAccountId.parse(found.account_id);
    const counted: Counted = {
      subject: accountId === null ? stranger : accountSubject(accountId),
      kind: 'password',
      device: found.counted_as,
    };
    const admission = await admissionOf(database, clock, policy.failures, counted, found.failures);
    if (admission.is !== 'admitted') return admission;
    if (admission.failures > policy.proof.failures) {
      const verdict = await prove();
      if (verdict.is !== 'proven') {
        await refund(database, counted);
        return { is: 'unproven', verdict };
      }
    }
    const right = await orTakeBack(database, counted, () =>
      hasher.verify(found.hash ?? nobodysHash, normalPassword(password)),
    );
    if (accountId === null || found.hash === null || !right) {
      if (accountId === null) await recordSecurityEvent(database, clock, { kind: 'password-refused' });
      else await recordRefusal(refusing, { accountId, refused: 'password', failures: admission.failures });
      return { is: 'wrong', asksProof: admission.failures >= policy.proof.failures };
    }
    const foundHash = found.hash;
    const passwordHash = await orTakeBack(database, counted, () =>
      hashedAnew(accountId, foundHash, password),
    );
    if (
      policy.allows.rememberedDevices &&
      found.remembered_until !== null &&
      found.remembered_until > clock.now()
    ) {
      const entered = await enter(
        {
          accountId,
          browser,
          knownBy: tokenOf(browser, found.device_hash),
          returnTo,
          counted,
          factor: 'remembered-device',
          rememberUntil: null,
        },
        (connection, entry) =>
          store.letIn(
            connection,
            store.stillRemembered(accountId, passwordHash, found.device_id, clock.now()),
            entry,
          ),
      );
      if (entered !== null) return { is: 'signed-in', entered };
    }
    const token = newToken();
    const held = await store.startSecondStep(database, {
      id: uuid(),
      tokenHash: tokenHash(token),
      accountId,
      passwordHash,
      deviceId: found.device_id,
      returnTo,
      now: clock.now(),
      expiresAt: after(clock, policy.signIn.minutes * MINUTE),
      clearing: clearing(counted, sql<boolean>`true`),
      kindsHeld: kindsHeld(factors, sql`${accountId}::uuid`),
    });
    if (held === null) return { is: 'wrong', asksProof: false };
    const [factor = null] = factorsOf(factors, held);
    return { is: 'needs-factor', token, factor };
  };

  /**
   * Hashes a right password anew where it is time.
   * @returns the hash that stands for the password now
   * @throws HashingBusy where another sign-in was quicker
   */
  async function hashedAnew(accountId: AccountId, hash: string, password: string): Promise<string> {
    const secret = normalPassword(password);
    const fresh = await hasher.renew(hash, secret);
    if (fresh === null) return hash;
    const now = await store.replaceHash(database, accountId, hash, fresh);
    // Of two sign-ins at the same moment one hashed it anew already.
    return now === fresh || (await hasher.verify(now, secret)) ? now : hash;
  }

  const checkFactor: SignIn['checkFactor'] = async (token, factor, { answer, browser, remember }) => {
    const row = await store.findWaitingAndCount(database, tokenHash(token), clock.now(), {
      subject: accountSubjectOf,
      admitting: (source) => admitting(clock, policy.failures, factor.kind, source),
    });
    if (row === null) return { is: 'gone' };
    const challenged = challengedBy(row);
    const { accountId } = challenged;
    const counted: Counted = {
      subject: accountSubject(accountId),
      kind: factor.kind,
      device: row.counted_as,
    };
    const admission = await admissionOf(database, clock, policy.failures, counted, row.failures);
    if (admission.is !== 'admitted') return admission;
    const rememberUntil =
      remember && rememberDaysAfter(policy, factor) !== null
        ? after(clock, policy.devices.rememberDays * DAY)
        : null;
    // The cookie may be another one by now than it was at the first step.
    const knownBy = tokenOf(browser, row.device_hash);
    const { failures } = admission;
    const behind = 'password';
    return tryFactor(refusing, { factor, challenged, answer, counted, failures, behind }, ({ take }) =>
      enter(
        {
          accountId,
          browser,
          knownBy,
          returnTo: row.return_to,
          counted,
          factor: factor.kind,
          rememberUntil,
        },
        (connection, entry) => store.finish(connection, row.id, take, entry),
      ),
    );
  };

  // A signature is not guessed, so tries are not counted here: whoever knew a credential's id could keep its owner out.
  const checkPasskey: SignIn['checkPasskey'] = async ({ answer, purpose, returnTo, browser }) => {
    const right = await passkeys.check(answer, purpose, null);
    if (right !== null) {
      const { accountId, take } = right;
      const known = deviceOf(clock, policy.devices, sql`${accountId}::uuid`, browser);
      const [device] = (await known.execute(database)).rows;
      const counted: Counted = {
        subject: accountSubject(accountId),
        kind: 'passkey',
        device: device?.counted_as ?? UNKNOWN_DEVICE,
      };
      const entered = await enter(
        {
          accountId,
          browser,
          knownBy: tokenOf(browser, device?.token_hash ?? null),
          returnTo,
          counted,
          factor: 'passkey',
          passkeyAlone: true,
          rememberUntil: null,
        },
        (connection, entry) => store.letIn(connection, take, entry),
      );
      if (entered !== null) return { is: 'signed-in', entered };
    }
    await recordSecurityEvent(database, clock, {
      kind: 'passkey-refused',
      ...(right === null ? {} : { accountId: right.accountId }),
    });
    return { is: 'wrong' };
  };

  /** Lets somebody in by a statement that does or does not. */
  async function enter(
    {
      accountId,
      browser,
      knownBy,
      returnTo,
      counted,
      factor,
      passkeyAlone = false,
      rememberUntil,
    }: {
      accountId: AccountId;
      browser: Browser;
      /** The browser's token, where the account knows it. Any other may be somebody else's too. */
      knownBy: string | undefined;
      returnTo: string;
      counted: Counted;
      factor: FactorKind | 'remembered-device';
      passkeyAlone?: boolean;
      rememberUntil: Date | null;
    },
    by: (database: Database, entry: store.Entry) => Promise<{ isNew: boolean } | null>,
  ): Promise<Entered | null> {
    const deviceToken = knownBy ?? newDeviceToken(vault);
    const { userAgent } = browser;
    // Nobody has to hear of a sign-in from a known device, so all of it is one statement.
    const isNewHere = knownBy === undefined || counted.device === LIFTED_DEVICE;
    const isQuiet = !isNewHere && factor !== 'backup-code';
    const session = sessions.beginning(accountId, { proven: factor !== 'remembered-device', passkeyAlone });
    const event = { kind: 'signed-in', accountId, detail: { factor } } as const;
    const entry: store.Entry = {
      accountId,
      clearing: (when) => clearing(counted, when),
      knowing: (when) => knowing(clock, { accountId, token: deviceToken, userAgent, rememberUntil }, when),
      beginning: session.statement,
      // The chain of events is held to the end of a transaction, so what takes longer writes its event last.
      event: isQuiet ? appending(clock, event) : sql`null`,
    };
    const done = isQuiet
      ? await by(database, entry)
      : await database.transaction().execute(async (transaction) => {
          const result = await by(transaction, entry);
          if (result === null) return null;
          const onNewDevice = result.isNew || counted.device === LIFTED_DEVICE;
          if (factor === 'backup-code')
            await tellBackupCodeUsed(transaction, notices, accountId, { onNewDevice });
          else if (onNewDevice)
            await notices.send(transaction, accountId, { is: 'new-device', ...describeBrowser(userAgent) });
          await recordSecurityEvent(transaction, clock, event);
          return result;
        });
    return done === null ? null : { token: session.token, deviceToken, returnTo };
  }

  function challengedBy(row: store.WaitingRow): Challenged {
    return {
      attempt: row.id,
      accountId: asAccountId.parse(row.account_id),
      key: vault.openDataKey(row.data_key),
      language: row.language,
    };
  }

  return {
    checkPassword,
    checkFactor,
    checkPasskey,
    waiting: async (token) => {
      const row = await store.findWaiting(database, tokenHash(token), clock.now(), (accountId) =>
        kindsHeld(factors, accountId),
      );
      return row === null ? null : { challenged: challengedBy(row), held: row.held, returnTo: row.return_to };
    },
    removeOld: () => store.removeOldSignIns(database, clock.now()),
  };
}

/** For how many days a device may be remembered after a kind of second step; null where it may not. */
export function rememberDaysAfter(
  policy: Policy,
  { rememberable }: Pick<Factor, 'rememberable'>,
): number | null {
  return rememberable && policy.allows.rememberedDevices ? policy.devices.rememberDays : null;
}
