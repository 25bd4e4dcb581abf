import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { newToken, tokenHash, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type Hasher, HashingBusy } from '../../platform/hashing/index.ts';
import { type AccountId, asAccountId, findByIdentifier } from '../accounts/index.ts';
import { matchingStep, openAppSecret, takeStep } from '../authenticator-app/index.ts';
import { digestTyped, looksLikeBackupCode, useBackupCode } from '../backup-codes/index.ts';
import { normalPassword } from '../passwords/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Sessions } from '../sessions/index.ts';
import { admit, clear, takeBack } from '../throttling/index.ts';
import * as store from './store.ts';

/** A try that was turned away; the same whether or not the account exists (ASVS 6.3.8). */
export type Refusal =
  | { readonly is: 'wrong' }
  | { readonly is: 'wait'; readonly until: Date }
  | { readonly is: 'disabled' };

export type PasswordResult = { readonly is: 'needs-factor'; readonly token: string } | Refusal;

export type FactorResult =
  | { readonly is: 'signed-in'; readonly token: string; readonly returnTo: string }
  | Refusal
  | { readonly is: 'gone' };

/** A second step that a person may take. */
export type Factor = 'authenticator-app' | 'backup-code';

export type SignIn = {
  /** The first step. @throws HashingBusy */
  checkPassword(given: { identifier: string; password: string; returnTo: string }): Promise<PasswordResult>;
  /** Whether a token is of a sign-in that waits for its second step. */
  isWaiting(token: string): Promise<boolean>;
  /** The second step. @throws HashingBusy */
  checkFactor(token: string, factor: Factor, code: string): Promise<FactorResult>;
  removeOld(): Promise<void>;
};

export type SignInParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly sessions: Sessions;
};

/** Sign-in in two steps, each counted against guessing. */
export async function makeSignIn({
  database,
  vault,
  clock,
  hasher,
  policy,
  sessions,
}: SignInParts): Promise<SignIn> {
  // An account that does not exist is checked against this, so that it takes as long as one that does.
  const nobodysHash = await hasher.hash(newToken());

  const checkPassword: SignIn['checkPassword'] = async ({ identifier, password, returnTo }) => {
    const account = await findByIdentifier(database, vault, identifier);
    const subject = account === null ? strangerSubject(vault, identifier) : accountSubject(vault, account.id);
    const admission = await admit(database, clock, policy.failures, subject, 'password');
    if (admission.is !== 'admitted') return admission;
    const right = await orTakeBack(
      () => hasher.verify(account?.passwordHash ?? nobodysHash, normalPassword(password)),
      subject,
      'password',
    );
    if (account === null || !right) {
      await recordSecurityEvent(database, clock, {
        kind: 'password-refused',
        ...(account === null ? {} : { accountId: account.id }),
      });
      return { is: 'wrong' };
    }
    const token = newToken();
    const now = clock.now();
    await store.startSecondStep(database, {
      id: uuid(),
      tokenHash: tokenHash(token),
      accountId: account.id,
      returnTo,
      now,
      expiresAt: new Date(now.getTime() + policy.signIn.minutes * 60_000),
      subject,
    });
    return { is: 'needs-factor', token };
  };

  const checkFactor: SignIn['checkFactor'] = async (token, factor, code) => {
    const waiting = await store.findSignIn(database, tokenHash(token), clock.now());
    const [first] = waiting;
    const wrong = { is: 'wrong' } as const;
    if (first === undefined) return { is: 'gone' };
    const accountId = asAccountId.parse(first.account_id);
    const subject = accountSubject(vault, accountId);
    const admission = await admit(database, clock, policy.failures, subject, factor);
    if (admission.is !== 'admitted') return admission;
    const use =
      factor === 'authenticator-app'
        ? appUse(waiting, code)
        : await orTakeBack(() => backupCodeUse(accountId, code), subject, factor);
    const result =
      use === null
        ? wrong
        : await database.transaction().execute(async (transaction): Promise<FactorResult> => {
            // Held first: a try that comes too late must not use up its code.
            if (!(await store.holdSignIn(transaction, first.id))) return { is: 'gone' };
            if (!(await use(transaction))) return wrong;
            await store.finishSignIn(transaction, first.id);
            await clear(transaction, subject, factor);
            const begun = await sessions.begin(transaction, accountId);
            await recordSecurityEvent(transaction, clock, {
              kind: 'signed-in',
              accountId,
              detail: { factor },
            });
            return { is: 'signed-in', token: begun, returnTo: first.return_to };
          });
    if (result.is !== 'wrong') return result;
    await recordSecurityEvent(database, clock, { kind: 'code-refused', accountId, detail: { factor } });
    return result;
  };

  /** Takes the step of a right code, in a transaction; null where no app shows such a code. */
  function appUse(
    waiting: readonly store.SignInRow[],
    code: string,
  ): ((transaction: Database) => Promise<boolean>) | null {
    for (const row of waiting) {
      const secret = openAppSecret(vault.openDataKey(row.data_key), row.app_id, row.secret_sealed);
      const step = matchingStep(secret, code, clock.now());
      if (step !== null) return (transaction) => takeStep(transaction, clock, row.app_id, step);
    }
    return null;
  }

  async function backupCodeUse(
    accountId: AccountId,
    code: string,
  ): Promise<((transaction: Database) => Promise<boolean>) | null> {
    if (!looksLikeBackupCode(code)) return null;
    const digest = await digestTyped(database, hasher, accountId, code);
    return digest === null ? null : (transaction) => useBackupCode(transaction, clock, accountId, digest);
  }

  /** A try that the full queue turned away was no try. */
  async function orTakeBack<T>(
    work: () => Promise<T>,
    subject: Buffer,
    kind: 'password' | Factor,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HashingBusy) await takeBack(database, subject, kind);
      throw error;
    }
  }

  return {
    checkPassword,
    checkFactor,
    isWaiting: async (token) => (await store.findSignIn(database, tokenHash(token), clock.now())).length > 0,
    removeOld: () => store.removeOldSignIns(database, clock.now()),
  };
}

function accountSubject(vault: Vault, id: AccountId): Buffer {
  return vault.blindIndex('throttle-account', id);
}

function strangerSubject(vault: Vault, identifier: string): Buffer {
  return vault.blindIndex('throttle-identifier', identifier.trim().normalize('NFC').toLowerCase());
}
