import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type AccountId, createAccount, type Person } from '../identity/core/accounts/index.ts';
import { linkFor, readReaders } from '../identity/core/addresses/index.ts';
import type { Notice } from '../identity/core/notices/index.ts';
import { makePhones } from '../identity/core/phones/index.ts';
import type { Policy } from '../identity/core/policy/index.ts';
import { bindApp, newAppSecret } from '../identity/credentials/authenticator-app/index.ts';
import { newBackupCodes, storeBackupCodes } from '../identity/credentials/backup-codes/index.ts';
import { normalPassword, passwordRules } from '../identity/credentials/passwords/index.ts';
import { type IdentityParts, makeIdentity, readPolicy } from '../identity/index.ts';
import type { Asking } from '../identity/session/alarm/index.ts';
import type { DataKey } from '../platform/crypto/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { makeHasher } from '../platform/hashing/index.ts';
import type { TestDatabase } from './database.ts';
import { testHasher } from './hashing.ts';
import { noticesTo } from './notices.ts';

/** Where the rules believe that they are. */
export const SITE = 'https://portal.arcadia.example';

export const PERSON: Person = { fullName: 'Zdzisława Ngọc Quill', born: '1988-02-29', birthCountry: 'PL' };

/** A message that the rules of sign-up asked for, with what it would say. */
export type Sent =
  | { readonly to: string; readonly is: 'code'; readonly code: string }
  | { readonly to: string; readonly is: 'known' }
  | { readonly to: string; readonly is: 'pass'; readonly token: string };

/** A code that was sent as a text message. */
export type Text = { readonly to: string; readonly language: string; readonly code: string };

/** A notice that was to be sent to everybody who reads an account's messages. */
export type Told = { readonly accountId: AccountId; readonly notice: Notice };

/** The rules of identity on a real database, without pages. What sign-up sends is written down in `sent`. */
export async function testIdentity(
  test: TestDatabase,
  {
    hashing = {},
    policy = {},
  }: { hashing?: Partial<Parameters<typeof makeHasher>[0]>; policy?: Partial<Policy> } = {},
) {
  const { database, vault, clock } = test;
  const rules = { ...readPolicy({ profile: 'standard' }), ...policy };
  const hasher = testHasher({ peppers: vault.peppers, ...hashing });
  const told: Told[] = [];
  const sent: Sent[] = [];
  const texts: Text[] = [];
  const links: string[] = [];
  const shut: AccountId[] = [];
  const notices = noticesTo(async (_transaction, accountId, notice) => void told.push({ accountId, notice }));
  const code = async (_transaction: Database, to: string, _language: string, code: string) =>
    void sent.push({ to, is: 'code', code });
  const pass = async (_transaction: Database, to: string, _language: string, token: string) =>
    void sent.push({ to, is: 'pass', token });
  const known = async (_transaction: Database, to: string) => void sent.push({ to, is: 'known' });
  const parts: IdentityParts = {
    database,
    vault,
    clock,
    hasher,
    policy: rules,
    passwords: passwordRules(rules, ['Arcadia']),
    phones: makePhones({ vault, clock, policy: rules.phones }),
    notices,
    messages: {
      signUp: { code, alreadyRegistered: known, pass },
      emails: { code, belongsToAnother: known },
      recovery: {
        link: async (_transaction, _to, _language, { token }) => void links.push(token),
        pass: async (_transaction, _to, _language, token) => void links.push(token),
        code: async () => {},
      },
      texts: {
        codeText: async (_transaction, { to, language }, { code }) => void texts.push({ to, language, code }),
      },
    },
    publicUrl: new URL(SITE),
    agencyIn: () => 'Arcadia',
    timeZone: 'America/New_York',
    phoneCountry: 'US',
    offersSms: true,
    otherData: () => [],
    restsOnPerson: () => sql<boolean>`false`,
    shutOthers: async (_, accountId) => void shut.push(accountId),
  };
  const { kinds, ...identity } = await makeIdentity(parts);
  const { sessions } = identity;
  return {
    ...identity,
    ...test,
    factors: kinds,
    texts,
    /** The tokens of the links by which ways back go on. */
    links,
    sent,
    told,
    /** Of whom everything was ended that other floors open without a sign-in. */
    shut,
    /** What signing up was made of, to make others of. */
    signUpParts: { ...identity, messages: parts.messages.signUp },
    newAccount,
    askingFor,
    /** The token of "this wasn't me" in a message to an address of an account, or to one that left it; '' where it has none. */
    reportLink: (accountId: AccountId, email: string) =>
      database.transaction().execute(async (transaction) => {
        const readers = await readReaders(transaction, identity, accountId);
        const reader = readers.find((each) => each.email === email && each.acts);
        if (reader === undefined) return '';
        const asked = { accountId, addressId: reader.id, recovery: null };
        const path = await linkFor(transaction, identity, asked);
        return new URL(path, SITE).searchParams.get('token') ?? '';
      }),
    /** Raises the alarm from a session of an account. */
    raiseAlarm: async (accountId: AccountId) => identity.alarm.raise(await askingFor(accountId)),
  };

  /** Whoever asks for a change of an account, in a session of their own. */
  async function askingFor(accountId: AccountId): Promise<Asking> {
    const token = await sessions.begin(database, accountId, { proven: true, deviceId: null });
    const found = await sessions.find(token);
    if (found.is !== 'live') throw new Error(found.is);
    return { id: found.session.id, accountId };
  }

  /** An account with an app; its backup codes cost ten hashes, so they are made on request. */
  async function newAccount({
    email = `${randomUUID()}@example.org`,
    username,
    password = 'kettle-orbit-94-willow',
    withCodes = false,
  }: {
    email?: string;
    username?: string;
    password?: string;
    withCodes?: boolean;
  } = {}): Promise<{
    id: AccountId;
    key: DataKey;
    email: string;
    password: string;
    secret: string;
    codes: readonly string[];
  }> {
    const account = await createAccount(
      database,
      { vault, clock },
      {
        person: PERSON,
        email,
        ...(username === undefined ? {} : { username }),
        language: 'en',
        passwordHash: await hasher.hash(normalPassword(password)),
      },
    );
    if (account === null) throw new Error(`${email} is taken`);
    const secret = newAppSecret();
    await bindApp(database, clock, { accountId: account.id, key: account.key, secret, step: null });
    if (!withCodes) return { ...account, email, password, secret, codes: [] };
    const set = await newBackupCodes(hasher);
    await storeBackupCodes(database, clock, account.id, account.key, set);
    return { ...account, email, password, secret, codes: set.codes };
  }
}
