import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type Algorithm, softAuthenticator, type Twist } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Purpose } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, passkeys, factors, newAccount, askingFor, told } = identity;
const authenticator = softAuthenticator({ origin: SITE });

const ENROLMENT: Purpose = { for: 'enrolment', of: 'a session' };
const SIGN_IN: Purpose = { for: 'sign-in', of: 'a browser' };
const WORDS = { agency: 'Arcadia', login: 'quill@example.org', fullName: 'Quill' };
/** The AAGUID of a YubiKey 5 with NFC. */
const YUBIKEY = Buffer.from('fa2b99dc9e3942578f924a30d23c4118', 'hex');

type Owner = Awaited<ReturnType<typeof newAccount>>;

async function offered(owner: Owner, purpose = ENROLMENT) {
  clock.advance(1);
  const options = await passkeys.offer({ accountId: owner.id, key: owner.key }, { purpose, ...WORDS });
  if (options === null) throw new Error('enough');
  return options;
}

const add = async (owner: Owner, answer: string, purpose = ENROLMENT) =>
  passkeys.add(
    { ...(await askingFor(owner.id)), key: owner.key },
    { purpose, answer, name: 'Firefox on Linux' },
  );

async function enrolled(owner: Owner, by = authenticator) {
  const { answer, passkey } = by.create(await offered(owner));
  const result = await add(owner, answer);
  if (result.is !== 'added') throw new Error(result.is);
  return { ...passkey, row: result.id };
}

async function withPasskey(by = authenticator) {
  const owner = await newAccount();
  return { owner, passkey: await enrolled(owner, by) };
}

async function asked(purpose = SIGN_IN, accountId: AccountId | null = null) {
  clock.advance(1);
  return passkeys.ask(purpose, accountId);
}

/** Checks an answer and uses it up. */
async function use(answer: string, purpose = SIGN_IN, accountId: AccountId | null = null) {
  const right = await passkeys.check(answer, purpose, accountId);
  if (right === null) return null;
  const { rows } = await sql`${right.take(sql<boolean>`true`)}`.execute(database);
  return rows.length === 1 ? right.accountId : null;
}

const eventsOf = async (owner: Owner) =>
  (
    await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', owner.id)
      .orderBy('seq')
      .execute()
  ).map(({ kind }) => kind);

describe('an enrolment', () => {
  it.each<Algorithm>(['ES256', 'EdDSA', 'RS256'])(
    'takes a key of %s, which then signs in',
    async (algorithm) => {
      const by = softAuthenticator({ origin: SITE, algorithm });
      const { owner, passkey } = await withPasskey(by);
      expect(await use(by.get(await asked(), passkey))).toBe(owner.id);
    },
  );

  it('asks for what a passkey needs, and names the account', async () => {
    const owner = await newAccount();
    const passkey = await enrolled(owner);
    const options = await offered(owner);
    expect(options).toMatchObject({
      rp: { id: 'portal.arcadia.example', name: 'Arcadia' },
      user: { name: 'quill@example.org', displayName: 'Quill', id: passkey.userHandle },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: passkey.id, transports: ['internal', 'hybrid'] }],
    });
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-7, -8, -257]);
    expect(Buffer.from(options.user.id, 'base64url')).toHaveLength(32);
  });

  it('knows an account by a name that is neither its id nor that of another', async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    const [first, second] = [await enrolled(one), await enrolled(other)];
    expect(first.userHandle).not.toBe(second.userHandle);
    expect(Buffer.from(first.userHandle, 'base64url').toString('hex')).not.toContain(
      one.id.replaceAll('-', ''),
    );
  });

  it.each<[string, Twist]>([
    ['another origin', { origin: 'https://portal.arcadia.example.evil.example' }],
    ['the same host over plain http', { origin: 'http://portal.arcadia.example' }],
    ['another port', { origin: `${SITE}:8443` }],
    ['a frame of another page', { crossOrigin: true }],
    ['another site', { rpId: 'arcadia.example' }],
    ['an assertion', { type: 'webauthn.get' }],
    ['an authenticator that did not verify its user', { verified: false }],
    ['an authenticator without its user', { present: false }],
    ['a challenge that nobody gave', { challenge: randomBytes(56).toString('base64url') }],
    ['a challenge cut short', { challenge: 'AAAA' }],
  ])('refuses what comes from %s', async (_what, twist) => {
    const owner = await newAccount();
    const { answer } = authenticator.create(await offered(owner), twist);
    expect(await add(owner, answer)).toEqual({ is: 'wrong' });
    expect(await passkeys.list({ accountId: owner.id, key: owner.key })).toEqual([]);
  });

  it('refuses an algorithm that was not asked for', async () => {
    const owner = await newAccount();
    const { answer } = authenticator.create(await offered(owner));
    // ES256 is written as -7, and ES384 as -35.
    const forged = answer.replace(/"attestationObject":"([\w-]+)"/, (_, object: string) => {
      const bytes = Buffer.from(object, 'base64url');
      const at = bytes.indexOf(Buffer.from([0x03, 0x26, 0x20, 0x01]));
      expect(at).toBeGreaterThan(0);
      const changed = Buffer.concat([
        bytes.subarray(0, at + 1),
        Buffer.from([0x38, 0x22]),
        bytes.subarray(at + 2),
      ]);
      return `"attestationObject":"${changed.toString('base64url')}"`;
    });
    expect(await add(owner, forged)).toEqual({ is: 'wrong' });
  });

  it('takes a challenge for its own session and purpose, in time and once (ASVS 6.7.2)', async () => {
    const owner = await newAccount();
    const first = authenticator.create(await offered(owner));
    expect(await add(owner, first.answer, { for: 'enrolment', of: 'another session' })).toEqual({
      is: 'wrong',
    });
    expect(await add(owner, first.answer, { for: 'second-step', of: 'a session' })).toEqual({ is: 'wrong' });
    const late = authenticator.create(await offered(owner));
    clock.advance(10 * 60);
    expect(await add(owner, late.answer)).toEqual({ is: 'wrong' });

    const { answer } = authenticator.create(await offered(owner));
    const results = await Promise.all(Array.from({ length: 20 }, () => add(owner, answer)));
    expect(results.filter(({ is }) => is === 'added')).toHaveLength(1);
    const [kept] = await passkeys.list({ accountId: owner.id, key: owner.key });
    // Once removed, the same answer does not bring it back.
    expect(await passkeys.remove(await askingFor(owner.id), kept?.id ?? '', Object.values(factors))).toEqual({
      is: 'removed',
    });
    expect(await add(owner, answer)).toEqual({ is: 'wrong' });
  });

  it('refuses a credential that is of another account', async () => {
    const { passkey } = await withPasskey();
    const owner = await newAccount();
    const { answer } = authenticator.create(await offered(owner), { credentialId: passkey.id });
    expect(await add(owner, answer)).toEqual({ is: 'known' });
  });

  it('ends at ten, also for many side by side', async () => {
    const owner = await newAccount();
    for (let made = 0; made < 8; made++) await enrolled(owner);
    const answers = [];
    for (let more = 0; more < 6; more++) answers.push(authenticator.create(await offered(owner)).answer);
    await Promise.all(answers.map((answer) => add(owner, answer)));
    const all = await passkeys.list({ accountId: owner.id, key: owner.key });
    expect(all.length).toBeLessThanOrEqual(10);
    for (let made = all.length; made < 10; made++) await enrolled(owner);
    expect(
      await passkeys.offer({ accountId: owner.id, key: owner.key }, { purpose: ENROLMENT, ...WORDS }),
    ).toBeNull();
  });

  it('names a passkey by its maker, or else as it was told, and keeps the name sealed', async () => {
    const owner = await newAccount();
    await enrolled(owner);
    await enrolled(owner, softAuthenticator({ origin: SITE, aaguid: YUBIKEY }));
    const names = (await passkeys.list({ accountId: owner.id, key: owner.key })).map(({ name }) => name);
    expect(names).toEqual(['Firefox on Linux', 'YubiKey 5 Series with NFC']);
    const rows = await database
      .selectFrom('passkey')
      .selectAll()
      .where('account_id', '=', owner.id)
      .execute();
    for (const row of rows) expect(row.name_sealed.toString('latin1')).not.toMatch(/Firefox|YubiKey/);
  });
});

describe('an answer', () => {
  it('says whose it is, and is used up by the first of twenty', async () => {
    const { owner, passkey } = await withPasskey();
    const answer = authenticator.get(await asked(), passkey);
    const results = await Promise.all(Array.from({ length: 20 }, () => use(answer)));
    expect(results.filter((found) => found !== null)).toEqual([owner.id]);
    expect(await use(answer)).toBeNull();
    // An honest answer that is sent twice says nothing of a copy.
    expect(await eventsOf(owner)).not.toContain('passkey-copied');
  });

  it('of an older challenge is refused once a newer one was answered', async () => {
    const { owner, passkey } = await withPasskey();
    const [older, newer] = [await asked(), await asked()];
    expect(await use(authenticator.get(newer, passkey))).toBe(owner.id);
    expect(await use(authenticator.get(older, passkey))).toBeNull();
    expect(await use(authenticator.get(await asked(), passkey))).toBe(owner.id);
  });

  it.each<[string, Twist]>([
    ['another origin', { origin: 'https://portal-arcadia.example' }],
    ['a frame of another page', { crossOrigin: true }],
    ['another site', { rpId: 'example' }],
    ['an enrolment', { type: 'webauthn.create' }],
    ['an authenticator that did not verify its user', { verified: false }],
    ['an authenticator without its user', { present: false }],
    ['a challenge that nobody gave', { challenge: randomBytes(56).toString('base64url') }],
    ['a passkey that nobody has', { credentialId: randomBytes(32).toString('base64url') }],
    ['a passkey that does not say whose it is', { userHandle: null }],
    ['a passkey that says to be of somebody else', { userHandle: randomBytes(32).toString('base64url') }],
  ])('from %s is refused', async (_what, twist) => {
    const { owner, passkey } = await withPasskey();
    expect(await use(authenticator.get(await asked(), passkey, twist))).toBeNull();
    expect(await use(authenticator.get(await asked(), passkey))).toBe(owner.id);
  });

  it('of one passkey under the name of another is refused', async () => {
    const [one, other] = [await withPasskey(), await withPasskey()];
    const twist = { credentialId: other.passkey.id, userHandle: other.passkey.userHandle };
    expect(await use(authenticator.get(await asked(), one.passkey, twist))).toBeNull();
  });

  it('is for the browser and the purpose that asked, and in time', async () => {
    const { owner, passkey } = await withPasskey();
    const options = await asked();
    const answer = authenticator.get(options, passkey);
    for (const purpose of [
      { for: 'sign-in', of: 'another browser' },
      { for: 'second-step', of: 'a browser' },
      { for: 'enrolment', of: 'a browser' },
    ] as const)
      expect(await use(answer, purpose)).toBeNull();
    clock.advance(10 * 60 - 1);
    expect(await use(answer)).toBe(owner.id);
    const late = authenticator.get(await asked(), passkey);
    clock.advance(10 * 60);
    expect(await use(late)).toBeNull();
  });

  it('that is changed anywhere is refused', async () => {
    const { owner, passkey } = await withPasskey();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature'),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        async (part, at, bit) => {
          const sent = JSON.parse(authenticator.get(await asked(), passkey));
          const bytes = Buffer.from(sent.response[part], 'base64url');
          // The header around the two numbers of a signature is read leniently; the numbers are the same then.
          const from = part === 'signature' ? 2 : 0;
          const index = from + (at % (bytes.length - from));
          bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
          sent.response[part] = bytes.toString('base64url');
          expect(await use(JSON.stringify(sent))).toBeNull();
        },
      ),
      { numRuns: 200 },
    );
    expect(await use(authenticator.get(await asked(), passkey))).toBe(owner.id);
  });

  it('that is no answer at all is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.json(), fc.constant(`"${'x'.repeat(17_000)}"`)),
        async (text) => {
          expect(await use(text)).toBeNull();
          expect((await add(await someone(), text)).is).toBe('wrong');
        },
      ),
      { numRuns: 60 },
    );
  });

  it("as a second step has to be that of the account's own passkey, for this very attempt", async () => {
    const [one, other] = [await withPasskey(), await withPasskey()];
    const purpose: Purpose = { for: 'second-step', of: 'an attempt' };
    const options = await asked(purpose, one.owner.id);
    expect(options.allowCredentials).toEqual([
      { id: one.passkey.id, type: 'public-key', transports: ['internal', 'hybrid'] },
    ]);
    expect(await use(authenticator.get(options, other.passkey), purpose, one.owner.id)).toBeNull();
    const answer = authenticator.get(options, one.passkey, { userHandle: null });
    expect(await use(answer, { for: 'second-step', of: 'another attempt' }, one.owner.id)).toBeNull();
    expect(await use(answer, purpose, one.owner.id)).toBe(one.owner.id);
  });

  it('with a counter that does not go on is that of a copy: refused, written down and told (ASVS 6.3.5)', async () => {
    const by = softAuthenticator({ origin: SITE, counts: true });
    const { owner, passkey } = await withPasskey(by);
    expect(await use(by.get(await asked(), passkey))).toBe(owner.id);
    const copy = { ...passkey, counter: passkey.counter - 1 };
    expect(await use(by.get(await asked(), passkey))).toBe(owner.id);
    expect(await eventsOf(owner)).not.toContain('passkey-copied');
    expect(await use(by.get(await asked(), copy))).toBeNull();
    expect(await use(by.get(await asked(), passkey, { counter: 0 }))).toBeNull();
    expect((await eventsOf(owner)).filter((kind) => kind === 'passkey-copied')).toHaveLength(2);
    // Once, until it is used in earnest again.
    const copies = () =>
      told.filter(({ accountId, notice }) => accountId === owner.id && notice.is === 'passkey-copied');
    expect(copies().map(({ notice }) => notice)).toEqual([
      { is: 'passkey-copied', name: expect.any(String) },
    ]);
    expect(await use(by.get(await asked(), { ...passkey, counter: 90 }))).toBe(owner.id);
    expect(await use(by.get(await asked(), copy))).toBeNull();
    expect(copies()).toHaveLength(2);
    // Whoever cannot sign cannot make it look like a copy.
    const [stranger] = [await withPasskey(by)];
    const forged = by.get(await asked(), stranger.passkey, {
      credentialId: passkey.id,
      userHandle: passkey.userHandle,
      counter: 0,
    });
    expect(await use(forged)).toBeNull();
    expect((await eventsOf(owner)).filter((kind) => kind === 'passkey-copied')).toHaveLength(3);
  });

  it('with a counter that does not go on is let in of a passkey that several devices share, and written down', async () => {
    const owner = await newAccount();
    const synced = { synced: true };
    const by = softAuthenticator({ origin: SITE });
    const { answer, passkey } = by.create(await offered(owner), { ...synced, counter: 5 });
    expect(await add(owner, answer)).toMatchObject({ is: 'added' });
    expect(await use(by.get(await asked(), passkey, { ...synced, counter: 9 }))).toBe(owner.id);
    expect(await use(by.get(await asked(), passkey, { ...synced, counter: 2 }))).toBe(owner.id);
    expect((await eventsOf(owner)).filter((kind) => kind === 'passkey-counter-back')).toHaveLength(1);
    expect(await eventsOf(owner)).not.toContain('passkey-copied');
    // What was never kept elsewhere cannot say that it is now.
    const { owner: bound, passkey: alone } = await withPasskey(
      softAuthenticator({ origin: SITE, counts: true }),
    );
    expect(await use(by.get(await asked(), alone, { ...synced, counter: 0 }))).toBeNull();
    expect(await eventsOf(bound)).toContain('passkey-copied');
  });

  it('never lets a counter or a challenge come back, whatever comes side by side', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 })), {
          minLength: 1,
          maxLength: 8,
        }),
        async (tries) => {
          const by = softAuthenticator({ origin: SITE });
          const { passkey } = await withPasskey(by);
          const challenges = [];
          for (let each = 0; each < 5; each++) challenges.push(await asked());
          const accepted: Array<readonly [number, number]> = [];
          for (const [counter, which] of tries) {
            const options = challenges[which];
            if (options === undefined) throw new Error('no such challenge');
            const found = await use(by.get(options, passkey, { counter }));
            const [last, lastChallenge] = accepted.at(-1) ?? [0, -1];
            const right = which > lastChallenge && (counter > last || (counter === 0 && last === 0));
            expect(found !== null).toBe(right);
            if (found !== null) accepted.push([counter, which]);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a passkey', () => {
  it('is listed with when it was used, renamed and removed by its owner alone, each written down and told', async () => {
    const { owner, passkey } = await withPasskey();
    const stranger = await newAccount();
    const self = { accountId: owner.id, key: owner.key };
    const other = { accountId: stranger.id, key: stranger.key };
    const [before] = await passkeys.list(self);
    expect(before).toMatchObject({ id: passkey.row, name: 'Firefox on Linux', lastUsedAt: null });
    await use(authenticator.get(await asked(), passkey));
    expect((await passkeys.list(self))[0]?.lastUsedAt).toEqual(clock.now());

    expect(await passkeys.rename(other, passkey.row, 'Mine')).toBe(false);
    expect(await passkeys.rename(self, passkey.row, 'Teléfono azul')).toBe(true);
    expect((await passkeys.list(self))[0]?.name).toBe('Teléfono azul');

    const all = Object.values(factors);
    expect(await passkeys.remove(await askingFor(other.accountId), passkey.row, all)).toEqual({
      is: 'no-such-passkey',
    });
    expect(await passkeys.remove(await askingFor(owner.id), passkey.row, all)).toEqual({ is: 'removed' });
    expect(await passkeys.remove(await askingFor(owner.id), passkey.row, all)).toEqual({
      is: 'no-such-passkey',
    });
    expect(await passkeys.list(self)).toEqual([]);
    expect(await use(authenticator.get(await asked(), passkey))).toBeNull();
    expect(await eventsOf(owner)).toEqual(['passkey-added', 'passkey-renamed', 'passkey-removed']);
    expect(told.filter(({ accountId }) => accountId === owner.id).map(({ notice }) => notice)).toEqual([
      { is: 'factor-added', factor: 'passkey', name: expect.any(String) },
      { is: 'factor-removed', factor: 'passkey', name: 'Teléfono azul' },
    ]);
  });
});

it('is neither added nor removed while somebody else may be in the account', async () => {
  const { owner, passkey } = await withPasskey();
  const { answer } = authenticator.create(await offered(owner));
  await database.updateTable('account').set({ alarmed_at: clock.now() }).where('id', '=', owner.id).execute();
  const self = { accountId: owner.id, key: owner.key };
  expect(await add(owner, answer)).toEqual({ is: 'alarmed' });
  expect(await passkeys.remove(await askingFor(owner.id), passkey.row, Object.values(factors))).toEqual({
    is: 'alarmed',
  });
  expect(await passkeys.list(self)).toHaveLength(1);
});

let anybody: Owner | undefined;
async function someone(): Promise<Owner> {
  anybody ??= await newAccount();
  return anybody;
}
