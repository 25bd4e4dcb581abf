import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import {
  accountSubject,
  accountSubjectOf,
  admitWithoutEnd,
  clear,
  clearAll,
  clearEverywhere,
  countTry,
  LIFTED_DEVICE,
  liftWaits,
  strangerSubject,
  UNKNOWN_DEVICE,
} from './index.ts';

const { database, vault, clock } = await freshDatabase();
const LIMITS = { wait: 3, firstWaitSeconds: 30, longestWaitSeconds: 3600, disable: 5 };
const KNOWN = randomUUID();

/** Everything that is counted in these tests: two subjects, two kinds of secret, three devices. */
const subjects = [randomBytes(32), randomBytes(32)] as const;
const [mine] = subjects;
const counts = subjects.flatMap((subject) =>
  (['password', 'authenticator-app'] as const).flatMap((kind) =>
    [UNKNOWN_DEVICE, LIFTED_DEVICE, KNOWN].map((device) => ({ subject, kind, device })),
  ),
);
type Count = (typeof counts)[number];
const attempt = (count: Count) => countTry(database, clock, LIMITS, count);

/** How often each failed, as a try of each now would be counted; null for those that wait. */
const failures = async () =>
  Promise.all(
    counts.map(async (count) => {
      const admission = await attempt(count);
      return admission.is === 'admitted' ? admission.failures : null;
    }),
  );

/** What each is when those that a test starts anew are, and the others still wait. */
const anew = (isAnew: (count: Count) => boolean) => counts.map((count) => (isAnew(count) ? 1 : null));

beforeEach(async () => {
  await Promise.all(subjects.map((subject) => clearAll(database, subject)));
  for (let failure = 0; failure < LIMITS.wait; failure++) await Promise.all(counts.map(attempt));
});

describe('what is counted', () => {
  it('is not started anew by anything but what it is for: one count, one kind, or one subject', async () => {
    expect(await failures()).toEqual(anew(() => false));
    await clear(database, { subject: mine, kind: 'authenticator-app', device: KNOWN });
    expect(await failures()).toEqual(
      anew(
        ({ subject, kind, device }) => subject === mine && kind === 'authenticator-app' && device === KNOWN,
      ),
    );
  });

  it('of a kind is started anew on every device, for that subject only', async () => {
    await clearEverywhere(database, { subject: mine, kind: 'authenticator-app' });
    expect(await failures()).toEqual(
      anew(({ subject, kind }) => subject === mine && kind === 'authenticator-app'),
    );
  });

  it('of a subject is started anew as a whole, and of nobody else', async () => {
    await clearAll(database, mine);
    expect(await failures()).toEqual(anew(({ subject }) => subject === mine));
  });

  it('is not forgotten when its waits are lifted: the next failure is followed by the longer wait', async () => {
    await liftWaits(database, mine, LIFTED_DEVICE);
    const isLifted = ({ subject, device }: Count) => subject === mine && device === LIFTED_DEVICE;
    expect(await failures()).toEqual(counts.map((count) => (isLifted(count) ? LIMITS.wait + 1 : null)));
    expect(await attempt({ subject: mine, kind: 'password', device: LIFTED_DEVICE })).toEqual({
      is: 'wait',
      until: new Date(clock.now().getTime() + 60_000),
    });
  });

  it('stays disabled when its waits are lifted (NIST SP 800-63B-4 §3.2.2)', async () => {
    const count = { subject: mine, kind: 'password', device: LIFTED_DEVICE } as const;
    for (let failure = LIMITS.wait; failure < LIMITS.disable; failure++) {
      clock.advance(LIMITS.longestWaitSeconds);
      await attempt(count);
    }
    await liftWaits(database, mine, LIFTED_DEVICE);
    expect(await attempt(count)).toEqual({ is: 'disabled' });
  });

  it('is never disabled where nobody could bind it anew, and waits as long as ever', async () => {
    const count = { subject: randomBytes(32), kind: 'email-code' } as const;
    for (let failure = 1; failure <= 3 * LIMITS.disable; failure++) {
      expect(await admitWithoutEnd(database, clock, LIMITS, count)).toEqual({
        is: 'admitted',
        failures: failure,
      });
      if (failure >= LIMITS.wait)
        expect(await admitWithoutEnd(database, clock, LIMITS, count)).toMatchObject({ is: 'wait' });
      clock.advance(LIMITS.longestWaitSeconds);
    }
  });
});

describe('a subject', () => {
  it('of an account is the same in SQL, and each account has its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.uuid(), async (one, other) => {
        fc.pre(one !== other);
        const { rows } = await sql<{ subject: Buffer }>`
          select ${accountSubjectOf(sql`${one}::uuid`)} as subject`.execute(database);
        expect(rows[0]?.subject).toEqual(accountSubject(one));
        expect(accountSubject(one)).not.toEqual(accountSubject(other));
      }),
      { numRuns: 20 },
    );
  });

  it('of a name that no account has is the same however it is typed, and never another name’s', () => {
    const of = (typed: string) => strangerSubject(vault, typed).toString('hex');
    for (const typed of ['HANNA@EXAMPLE.ORG', '  hanna@example.org\t', 'Hanna@Example.org'])
      expect(of(typed)).toBe(of('hanna@example.org'));
    // É as one character and as two.
    expect(of('ren\u00e9')).toBe(of('rene\u0301'));
    // As accounts are found: an email in any digits, a username in those that were chosen.
    expect(of('rana٢٧@example.org')).toBe(of('rana27@example.org'));
    expect(of('rana٢٧')).not.toBe(of('rana27'));
    fc.assert(
      fc.property(fc.emailAddress(), fc.emailAddress(), (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        expect(of(one)).not.toBe(of(other));
        expect(of(one)).not.toContain(Buffer.from(one).toString('hex'));
      }),
    );
  });
});
