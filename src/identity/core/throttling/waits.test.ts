import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { countTry, refund, removeOldCounts, secondsUntil, waitAfter } from './index.ts';

const { database, clock } = await freshDatabase();
const LIMITS = { wait: 10, firstWaitSeconds: 30, longestWaitSeconds: 3600, disable: 100 };
const DAY = 24 * 3600;

describe('a wait', () => {
  it('is the same by the rule in words and by the one in SQL, for any limits', async () => {
    const limits = fc.record({
      wait: fc.integer({ min: 1, max: 6 }),
      firstWaitSeconds: fc.integer({ min: 1, max: 100 }),
      longestWaitSeconds: fc.integer({ min: 1, max: 2_000 }),
      disable: fc.constant(100),
    });
    await fc.assert(
      fc.asyncProperty(limits, async (given) => {
        const subject = randomBytes(32);
        for (let failures = 1; failures <= 9; failures++) {
          expect(await countTry(database, clock, given, { subject, kind: 'password' })).toEqual({
            is: 'admitted',
            failures,
          });
          const { wait_until: until } = await database
            .selectFrom('throttle')
            .select('wait_until')
            .where('subject', '=', subject)
            .executeTakeFirstOrThrow();
          expect(until).toEqual(waitAfter(failures, given, clock.now()));
          clock.advance(given.longestWaitSeconds);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('doubles from the first to the longest', () => {
    const now = clock.now();
    const seconds = (failures: number) =>
      ((waitAfter(failures, LIMITS, now)?.getTime() ?? Number.NaN) - now.getTime()) / 1000;
    expect([10, 11, 12, 13, 14, 15, 16, 17, 99].map(seconds)).toEqual([
      30, 60, 120, 240, 480, 960, 1920, 3600, 3600,
    ]);
    expect(waitAfter(9, LIMITS, now)).toBeNull();
  });

  it('is told in whole seconds, and never as none', () => {
    const after = (milliseconds: number) =>
      secondsUntil(new Date(clock.now().getTime() + milliseconds), clock);
    expect([-5_000, 0, 1, 1_000, 1_001, 29_500, 3_600_000].map(after)).toEqual([1, 1, 1, 1, 2, 30, 3600]);
  });

  it('is taken back with the try that was not made, and there is never less than no failure', async () => {
    const subject = randomBytes(32);
    const limits = { ...LIMITS, wait: 1 };
    expect((await countTry(database, clock, limits, { subject, kind: 'password' })).is).toBe('admitted');
    expect((await countTry(database, clock, limits, { subject, kind: 'password' })).is).toBe('wait');
    await refund(database, { subject, kind: 'password' });
    await refund(database, { subject, kind: 'password' });
    expect(await countTry(database, clock, limits, { subject, kind: 'password' })).toEqual({
      is: 'admitted',
      failures: 1,
    });
  });
});

describe('a count', () => {
  it('is forgotten 90 days after its last failure, unless it disabled something', async () => {
    const limits = { ...LIMITS, wait: 5, disable: 2 };
    const [old, disabled, fresh] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    await countTry(database, clock, limits, { subject: old, kind: 'password' });
    for (let failure = 0; failure < 2; failure++)
      await countTry(database, clock, limits, { subject: disabled, kind: 'password' });
    clock.advance(90 * DAY);
    await countTry(database, clock, limits, { subject: fresh, kind: 'password' });
    const left = async () => {
      await removeOldCounts(database, clock, limits);
      const rows = await database.selectFrom('throttle').select('subject').execute();
      return [old, disabled, fresh].map((subject) => rows.some((row) => row.subject.equals(subject)));
    };
    expect(await left()).toEqual([true, true, true]);
    clock.advance(1);
    expect(await left()).toEqual([false, true, true]);
    expect((await countTry(database, clock, limits, { subject: disabled, kind: 'password' })).is).toBe(
      'disabled',
    );
  });
});
