import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, HOUR, MINUTE } from '../../../platform/clock/index.ts';
import {
  type BlindIndexes,
  type DataKey,
  lockOf,
  newCode,
  newToken,
  sealedColumns,
  tokenHash,
  type Vault,
} from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import {
  createAccount,
  emailIndexes,
  isEmailTaken,
  normalEmail,
  type Person,
} from '../../core/accounts/index.ts';
import { type Browser, know, newDeviceToken } from '../../core/devices/index.ts';
import { areManyBegun, PASS, shareOf } from '../../core/flood-guard/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { admitWithoutEnd, clear } from '../../core/throttling/index.ts';
import { newAppSecret } from '../../credentials/authenticator-app/index.ts';
import { newBackupCodes, storeBackupCodes } from '../../credentials/backup-codes/index.ts';
import { type Bind, bindOrTakeBack, type Enrolling, unlessUsedUp } from '../../credentials/factors/index.ts';
import type { PasswordRules, PasswordVerdict } from '../../credentials/passwords/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import * as store from './store.ts';

/** How far a sign-up has come; each stage has one page. */
export const Stage = z.enum(['code', 'password', 'about-you', 'check', 'authenticator']);
export type Stage = z.infer<typeof Stage>;

/** A sign-up in progress, opened. */
export type SignUpProgress = {
  readonly id: string;
  readonly stage: Stage;
  readonly email: string;
  /** The network that it was begun from, as a blind index. */
  readonly network: Buffer;
  /** Whether any message was sent yet: an address gets few an hour. */
  readonly sent: boolean;
  /** What the person said of themselves, here or before they stopped. */
  readonly person: Person | null;
  /** The key for an authenticator app, once that stage is reached. */
  readonly secret: string | null;
  /** Seals what waits with it. */
  readonly key: DataKey;
  readonly language: string;
};

/** The messages that a sign-up sends. Which of them is sent never shows on a page. */
export type SignUpMessages = {
  code(database: Database, to: string, language: string, code: string): Promise<void>;
  alreadyRegistered(database: Database, to: string, language: string): Promise<void>;
  /** Begins a sign-up in the browser that opens it, whatever strangers have asked for. Lives for a day. */
  pass(database: Database, to: string, language: string, token: string): Promise<void>;
};

export type CodeResult =
  | { readonly is: 'next' }
  | { readonly is: 'wrong' }
  | { readonly is: 'wait'; readonly until: Date };

export type FinishResult =
  | { readonly is: 'signed-up'; readonly token: string; readonly deviceToken: string }
  /** What was to be bound was used up before. */
  | { readonly is: 'wrong' }
  | { readonly is: 'gone' };

export type SignUp = {
  /** Begins with an address; a code goes to it, or word that it has an account. @returns the token for the cookie */
  begin(email: string, from: { readonly language: string; readonly network: string }): Promise<string>;
  /** Whether a pass would still be taken. Asking uses nothing up. */
  isPass(token: string): Promise<boolean>;
  /** Begins by a pass, which proves its address and is used up. @returns the token for the cookie, or null where it is none */
  openPass(
    token: string,
    from: { readonly language: string; readonly network: string },
  ): Promise<string | null>;
  /** Whether so many are begun lately, by everybody or from a network, that the next should prove itself. */
  isUnderLoad(network: string): Promise<boolean>;
  find(token: string): Promise<SignUpProgress | null>;
  /** Sends another code. Failures counted so far stay (NIST SP 800-63B-4 §3.1.3). @returns whether one was sent */
  resend(progress: SignUpProgress): Promise<boolean>;
  enterCode(progress: SignUpProgress, code: string): Promise<CodeResult>;
  /** @throws ThreadsBusy */
  judgePassword(progress: SignUpProgress, password: string): Promise<PasswordVerdict>;
  /** @throws ThreadsBusy, HashingBusy */
  choosePassword(progress: SignUpProgress, password: string): Promise<PasswordVerdict>;
  /** Takes what the person says of themselves, once or, as long as they are checking it, anew. */
  describe(progress: SignUpProgress, person: Person): Promise<void>;
  /** The person has looked at their answers and found them right: no answer changes from here on. */
  confirm(progress: SignUpProgress): Promise<void>;
  /** Makes the account with its second step and its backup codes, and signs in. @throws HashingBusy */
  finish(progress: SignUpProgress, bind: Bind, browser: Browser): Promise<FinishResult>;
  removeOld(): Promise<void>;
};

export type SignUpParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly passwords: PasswordRules;
  readonly sessions: Sessions;
  readonly messages: SignUpMessages;
  readonly notices: Notices;
};

/** How long a sign-up lasts whose address nobody has proven. */
const UNPROVEN = 24 * HOUR;
const StoredPerson = z.object({ fullName: z.string(), born: z.string(), birthCountry: z.string() });
/** What is sealed of it. */
export const SIGN_UP_SEALED = sealedColumns(
  { table: 'sign_up', under: 'sign_up' },
  'email_sealed',
  'person_sealed',
  'secret_sealed',
);
const { place } = SIGN_UP_SEALED;

type Letter = {
  readonly id: string;
  readonly indexes: BlindIndexes;
  readonly network: Buffer;
  readonly email: string;
  readonly language: string;
};

/**
 * Somebody who has come to their second step; null for whoever is at another.
 * @param browser what an authenticator is called that has no name of its own
 */
export function enrollingOf(
  { id, stage, key, network, secret, email, person, language }: SignUpProgress,
  browser: string,
): Enrolling | null {
  if (stage !== 'authenticator' || secret === null || person === null) return null;
  const { fullName } = person;
  return { attempt: id, accountId: null, key, network, secret, login: email, fullName, language, browser };
}

export function makeSignUp({
  database,
  vault,
  clock,
  hasher,
  policy,
  passwords,
  sessions,
  messages,
  notices,
}: SignUpParts): SignUp {
  const networkIndex = (network: string) => vault.blindIndex('network', network);
  const codeHashes = (id: string, code: string) => vault.blindIndexes('sign-up-code', `${id}:${code}`);

  /**
   * Sends what this address should get, unless it got enough: few from one network, so that a stranger's asking does not
   * use up the owner's, and a pass where many strangers' has. Takes the same steps for every address.
   */
  async function sendCode(
    transaction: Database,
    { id, indexes, network, email, language }: Letter,
  ): Promise<boolean> {
    await store.lockAddress(transaction, indexes);
    const taken = await isEmailTaken(transaction, indexes);
    const since = { network, hour: after(clock, -HOUR), day: after(clock, -UNPROVEN) };
    const share = shareOf(policy.code, await store.countSent(transaction, indexes, since));
    const code = newCode();
    if (share === 'full') await sendPass(transaction, { indexes, network, email, language }, taken);
    if (share !== 'sent') return false;
    await store.setCode(transaction, id, {
      hash: taken ? null : codeHashes(id, code)[0],
      sentAt: clock.now(),
      expiresAt: after(clock, policy.code.minutes * MINUTE),
      sent: 1,
    });
    if (taken) await messages.alreadyRegistered(transaction, email, language);
    else await messages.code(transaction, email, language, code);
    return true;
  }

  /** A sign-up of an address that nobody has proven. */
  const insert = async (
    transaction: Database,
    { indexes, network, email, language }: Omit<Letter, 'id'>,
    { token, isPass, lasts }: { token: string; isPass: boolean; lasts: number },
  ): Promise<string> => {
    const id = uuid();
    const { key, wrapped } = vault.newDataKey();
    const now = clock.now();
    await store.insertSignUp(transaction, {
      network_index: network,
      id,
      token_hash: tokenHash(token),
      email_index: indexes[0],
      data_key: wrapped,
      stage: 'code',
      email_sealed: key.seal(email, place('email_sealed', id)),
      code_hash: null,
      code_sent_at: now,
      codes_sent: 0,
      code_expires_at: now,
      password_hash: null,
      person_sealed: null,
      secret_sealed: null,
      language,
      is_pass: isPass,
      created_at: now,
      expires_at: after(clock, lasts),
    });
    return id;
  };

  /** Strangers used up what there is, and who asks may be the address's owner: whoever reads it goes on by one link. */
  async function sendPass(transaction: Database, letter: Omit<Letter, 'id'>, taken: boolean): Promise<void> {
    const { indexes, email, language } = letter;
    const since = { day: after(clock, -UNPROVEN), fresh: after(clock, -PASS.fresh) };
    const passes = await store.countPasses(transaction, indexes, since);
    if (passes.waiting > 0 || passes.inDay >= PASS.most) return;
    const token = newToken();
    await insert(transaction, letter, { token, isPass: true, lasts: PASS.lasts });
    if (taken) await messages.alreadyRegistered(transaction, email, language);
    else await messages.pass(transaction, email, language, token);
  }

  const read = async (progress: SignUpProgress): Promise<store.SignUpRow | null> =>
    store.findById(database, progress.id);

  /**
   * Goes on where someone with the same address stopped, on this or another device: what they said of themselves is
   * there again. The password and the app's key are not: whoever stopped may be another person than who goes on.
   */
  async function resume(transaction: Database, own: store.SignUpRow, indexes: BlindIndexes): Promise<void> {
    const earlier = await store.takeEarlier(transaction, { id: own.id, indexes }, clock.now());
    if (earlier?.person_sealed == null) return;
    const person = vault
      .openDataKey(earlier.data_key)
      .unseal(earlier.person_sealed, place('person_sealed', earlier.id));
    const sealed = vault.openDataKey(own.data_key).seal(person, place('person_sealed', own.id));
    await store.setPerson(transaction, own.id, sealed);
  }

  return {
    begin: async (typed, { language, network: address }) => {
      const email = normalEmail(typed);
      const indexes = emailIndexes(vault, email);
      const token = newToken();
      const letter = { indexes, network: networkIndex(address), email, language };
      await database.transaction().execute(async (transaction) => {
        const id = await insert(transaction, letter, { token, isPass: false, lasts: UNPROVEN });
        await sendCode(transaction, { id, ...letter });
      });
      return token;
    },

    isPass: async (token) => (await store.findPass(database, tokenHash(token), clock.now())) !== null,

    openPass: async (pass, { language, network }) => {
      const found = await store.findPass(database, tokenHash(pass), clock.now());
      if (found === null) return null;
      const key = vault.openDataKey(found.data_key);
      const indexes = emailIndexes(vault, key.unseal(found.email_sealed, place('email_sealed', found.id)));
      return database.transaction().execute(async (transaction) => {
        await store.lockAddress(transaction, indexes);
        const token = newToken();
        const own = await store.takePass(transaction, found.id, {
          token_hash: tokenHash(token),
          network_index: networkIndex(network),
          language,
          expires_at: after(clock, policy.signUp.days * 24 * HOUR),
        });
        if (own === null) return null;
        await resume(transaction, own, indexes);
        return token;
      });
    },

    isUnderLoad: (network) =>
      areManyBegun(database, clock, policy.signUpLoad, { table: 'sign_up', network: networkIndex(network) }),

    find: async (token) => {
      const row = await store.findSignUp(database, tokenHash(token), clock.now());
      if (row === null) return null;
      const key = vault.openDataKey(row.data_key);
      return {
        id: row.id,
        stage: Stage.parse(row.stage),
        network: row.network_index,
        sent: row.codes_sent > 0,
        person:
          row.person_sealed === null
            ? null
            : StoredPerson.parse(JSON.parse(key.unseal(row.person_sealed, place('person_sealed', row.id)))),
        email: key.unseal(row.email_sealed, place('email_sealed', row.id)),
        key,
        language: row.language,
        secret:
          row.secret_sealed === null ? null : key.unseal(row.secret_sealed, place('secret_sealed', row.id)),
      };
    },

    resend: async (progress) => {
      const row = await read(progress);
      if (row === null || row.stage !== 'code') return false;
      return database.transaction().execute((transaction) =>
        sendCode(transaction, {
          id: row.id,
          indexes: emailIndexes(vault, progress.email),
          network: row.network_index,
          email: progress.email,
          language: row.language,
        }),
      );
    },

    enterCode: async (progress, code) => {
      // Counted for the address as asked from one network: beginning again starts no new count, and a stranger
      // elsewhere does not shut the owner out.
      const indexes = emailIndexes(vault, progress.email);
      const counted = `${lockOf(indexes).toString('hex')} ${progress.network.toString('hex')}`;
      const count = { subject: vault.blindIndex('throttle-sign-up', counted), kind: 'email-code' } as const;
      const admission = await admitWithoutEnd(database, clock, policy.failures, count);
      if (admission.is === 'wait') return admission;
      return database.transaction().execute(async (transaction): Promise<CodeResult> => {
        await store.lockAddress(transaction, indexes);
        const own = await store.takeCode(transaction, progress.id, {
          hashes: codeHashes(progress.id, code),
          now: clock.now(),
          expiresAt: after(clock, policy.signUp.days * 24 * HOUR),
        });
        if (own === null) return { is: 'wrong' };
        await clear(transaction, count);
        await resume(transaction, own, indexes);
        return { is: 'next' };
      });
    },

    judgePassword: (progress, password) => passwords.judge(password, [progress.email]),

    choosePassword: async (progress, password) => {
      const verdict = await passwords.judge(password, [progress.email]);
      if (verdict.is === 'refused') return verdict;
      const hash = await hasher.hash(verdict.password);
      // A form that was sent twice: the first counts, and both are shown the step after it. So it is with `confirm`.
      await store.advance(database, progress.id, ['password'], { stage: 'about-you', password_hash: hash });
      return verdict;
    },

    describe: async (progress, person) => {
      const row = await read(progress);
      if (row === null) return;
      const key = vault.openDataKey(row.data_key);
      await store.advance(database, progress.id, ['about-you', 'check'], {
        stage: 'check',
        person_sealed: key.seal(JSON.stringify(person), place('person_sealed', row.id)),
      });
    },

    confirm: async (progress) => {
      const row = await read(progress);
      if (row === null) return;
      const key = vault.openDataKey(row.data_key);
      await store.advance(database, progress.id, ['check'], {
        stage: 'authenticator',
        secret_sealed: key.seal(newAppSecret(), place('secret_sealed', row.id)),
      });
    },

    finish: async (progress, bind, { userAgent }) => {
      const row = await read(progress);
      if (row?.stage !== 'authenticator' || row.person_sealed === null || row.password_hash === null)
        return { is: 'gone' };
      const person = StoredPerson.parse(
        JSON.parse(vault.openDataKey(row.data_key).unseal(row.person_sealed, place('person_sealed', row.id))),
      );
      const backupCodes = await newBackupCodes(hasher);
      const { password_hash: passwordHash, language } = row;
      const indexes = emailIndexes(vault, progress.email);
      const finishing = database.transaction().execute(async (transaction): Promise<FinishResult> => {
        await store.lockAddress(transaction, indexes);
        // Hashing took a while: somebody who has proven the same address may have ended this one meanwhile.
        if (!(await store.takeFinished(transaction, progress.id))) return { is: 'gone' };
        const account = await createAccount(
          transaction,
          { vault, clock },
          { person, email: progress.email, language, passwordHash },
        );
        if (account === null) return { is: 'gone' };
        await bindOrTakeBack(bind, transaction, { accountId: account.id, key: account.key });
        await storeBackupCodes(transaction, clock, account.id, account.key, backupCodes);
        await store.removeSignUps(transaction, indexes);
        const deviceToken = newDeviceToken(vault);
        const sight = { accountId: account.id, token: deviceToken, userAgent, rememberUntil: null };
        const deviceId = await know(transaction, clock, sight);
        const token = await sessions.begin(transaction, account.id, { proven: true, deviceId });
        await notices.send(transaction, account.id, { is: 'account-created' });
        await recordSecurityEvent(transaction, clock, { kind: 'account-created', accountId: account.id });
        return { is: 'signed-up', token, deviceToken };
      });
      return unlessUsedUp(finishing);
    },

    removeOld: () => store.removeOldSignUps(database, clock.now()),
  };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly 'email-code': true;
  }
}
