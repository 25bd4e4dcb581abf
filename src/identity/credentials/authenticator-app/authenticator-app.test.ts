import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { Secret } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { createAccount } from '../../core/accounts/index.ts';
import { readPolicy } from '../../index.ts';
import { appAddress, openAppSecret, takingStep } from './authenticator-app.ts';
import { bindApp, currentCode, groupedSecret, matchingStep, newAppSecret } from './index.ts';

const { database, vault, clock } = await freshDatabase();
const RFC_SECRET = Secret.fromLatin1('12345678901234567890').base32;
const takeStep = async (id: string, step: number) =>
  (await takingStep(clock, id, step, sql<boolean>`true`).execute(database)).rows.length === 1;
const NO_DRIFT = { driftSteps: 0 };
const at = (seconds: number) => new Date(seconds * 1000);

async function boundApp(secret = newAppSecret()) {
  const account = await createAccount(
    database,
    { vault, clock },
    {
      person: { fullName: 'Quill', born: '1990-01-01', birthCountry: 'PL' },
      email: `${randomUUID()}@example.org`,
      language: 'en',
      passwordHash: 'x',
    },
  );
  if (account === null) throw new Error('no account');
  await bindApp(database, clock, { accountId: account.id, key: account.key, secret, step: null });
  const row = await database
    .selectFrom('authenticator_app')
    .selectAll()
    .where('account_id', '=', account.id)
    .executeTakeFirstOrThrow();
  return { ...row, key: account.key, secret };
}

describe('authenticator app', () => {
  // RFC 6238 appendix B, SHA-1, the last six of its eight digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('shows at %i s what RFC 6238 says', (seconds, code) => {
    expect(currentCode(RFC_SECRET, at(seconds)).code).toBe(code);
    expect(matchingStep(RFC_SECRET, code, at(seconds), NO_DRIFT)).toBe(Math.floor(seconds / 30));
  });

  it('accepts the step that is now, as many before and after as the policy lets, and no other (ASVS 6.5.8)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000_000, max: 3_000_000_000 }),
        fc.integer({ min: -6, max: 6 }),
        fc.constantFrom(0, 1),
        (seconds, steps, driftSteps) => {
          const secret = newAppSecret();
          const codeAfter = (count: number) => currentCode(secret, at(seconds + count * 30)).code;
          // Two steps may show the same digits by chance, which is no fault.
          const near = [-1, 0, 1].filter((step) => Math.abs(step) <= driftSteps);
          const code = codeAfter(steps);
          const found = matchingStep(secret, code, at(seconds), { driftSteps });
          expect(found !== null).toBe(near.map(codeAfter).includes(code));
          if (found === null) return;
          const step = found - Math.floor(seconds / 30);
          expect(near).toContain(step);
          expect(codeAfter(step)).toBe(code);
        },
      ),
    );
  });

  it.each([
    ['strict', 0, 30],
    ['standard', 30, 60],
  ] as const)(
    'takes a code in %s from %i s before it shows until %i s after, to the millisecond (ASVS 6.5.5)',
    (profile, before, after) => {
      const policy = readPolicy({ profile }).apps;
      const takes = (seconds: number) => matchingStep(RFC_SECRET, '005924', at(seconds), policy) !== null;
      const shows = 1234567890;
      expect(takes(shows - before - 0.001)).toBe(false);
      expect(takes(shows - before)).toBe(true);
      expect(takes(shows + after - 0.001)).toBe(true);
      expect(takes(shows + after)).toBe(false);
    },
  );

  it('reads a code with spaces, and nothing that is not six digits', () => {
    const now = at(59);
    expect(matchingStep(RFC_SECRET, ' 287 082 ', now, NO_DRIFT)).toBe(1);
    expect(matchingStep(RFC_SECRET, '٢٨٧٠٨٢', now, NO_DRIFT)).toBe(1);
    for (const code of ['28708', '2870822', '28708a', '', '287082\n287082', '-87082', '2.7e82'])
      expect(matchingStep(RFC_SECRET, code, now, NO_DRIFT)).toBeNull();
  });

  it('tells how long a code still shows', () => {
    expect(currentCode(RFC_SECRET, at(60)).secondsLeft).toBe(30);
    expect(currentCode(RFC_SECRET, at(89)).secondsLeft).toBe(1);
  });

  it('makes keys of 160 bits, never the same, and writes them in groups of four (ASVS 6.5.3)', () => {
    const secrets = Array.from({ length: 200 }, newAppSecret);
    expect(new Set(secrets).size).toBe(200);
    for (const secret of secrets) {
      expect(Secret.fromBase32(secret).bytes).toHaveLength(20);
      expect(groupedSecret(secret)).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    }
  });

  it('writes an address that an app reads, whatever the names (ASVS 1.2.2)', () => {
    const address = new URL(appAddress(RFC_SECRET, 'Arcadia & Co: 1', 'josé+a@example.org'));
    expect(address.protocol).toBe('otpauth:');
    expect(address.searchParams.get('secret')).toBe(RFC_SECRET);
    // An app takes what stands before the first colon for the issuer, and must find the same in both places.
    expect(address.searchParams.get('issuer')).toBe('Arcadia & Co – 1');
    expect(decodeURIComponent(address.pathname)).toMatch(/^[^:]*\bArcadia & Co – 1:josé\+a@example\.org$/);
  });

  it('takes a step once, of twenty who ask side by side (ASVS 6.5.1)', async () => {
    const { id } = await boundApp();
    const taken = await Promise.all(Array.from({ length: 20 }, () => takeStep(id, 1000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('never takes a step that is not after the last one (ASVS 6.5.1)', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (asked) => {
        const { id } = await boundApp();
        let last = -1;
        for (const step of asked) {
          expect(await takeStep(id, step)).toBe(step > last);
          last = Math.max(last, step);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('keeps the key sealed, and bound to its row', async () => {
    const [one, other] = [await boundApp(), await boundApp()];
    expect(openAppSecret(one.key, one.id, one.secret_sealed)).toBe(one.secret);
    expect(() => openAppSecret(one.key, other.id, one.secret_sealed)).toThrow();
    const place = { table: 'authenticator_app', column: 'secret_sealed', row: one.id };
    expect(one.key.unseal(one.secret_sealed, place)).toBe(one.secret);
    expect(one.secret_sealed.toString('latin1')).not.toContain(one.secret);
  });
});
