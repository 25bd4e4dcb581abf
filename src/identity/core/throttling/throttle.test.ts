import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { clear, countTry, refund, waitAfter } from './index.ts';

const { database, clock } = await freshDatabase();
const limits = { wait: 10, firstWaitSeconds: 30, longestWaitSeconds: 3600, disable: 100 };
const attempt = (subject: Buffer) => countTry(database, clock, limits, { subject, kind: 'password' });

describe('throttle', () => {
  it('admits ten tries, then makes each wait twice as long as the one before, up to an hour (ASVS 6.3.1)', async () => {
    const subject = randomBytes(32);
    for (let failures = 1; failures <= 10; failures++)
      expect(await attempt(subject)).toEqual({ is: 'admitted', failures });
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      expect(await attempt(subject)).toEqual({
        is: 'wait',
        until: new Date(clock.now().getTime() + seconds * 1000),
      });
      clock.advance(seconds - 1);
      expect(await attempt(subject)).toMatchObject({ is: 'wait' });
      clock.advance(1);
      expect(await attempt(subject)).toMatchObject({ is: 'admitted' });
    }
  });

  it('disables at the hundredth failure, whatever the time (ASVS 6.3.1)', async () => {
    const subject = randomBytes(32);
    for (let failures = 1; failures <= 100; failures++) {
      expect(await attempt(subject)).toEqual({ is: 'admitted', failures });
      clock.advance(3600);
    }
    clock.advance(365 * 24 * 3600);
    expect(await attempt(subject)).toEqual({ is: 'disabled' });
  });

  it('admits no more than ten of forty tries made side by side', async () => {
    const subject = randomBytes(32);
    const results = await Promise.all(Array.from({ length: 40 }, () => attempt(subject)));
    expect(results.filter((result) => result.is === 'admitted')).toHaveLength(10);
  });

  it('starts anew after a right try, and forgets a try that could not be made', async () => {
    const subject = randomBytes(32);
    for (let n = 0; n < 9; n++) await attempt(subject);
    await refund(database, { subject, kind: 'password' });
    expect(await attempt(subject)).toEqual({ is: 'admitted', failures: 9 });
    await clear(database, { subject, kind: 'password' });
    expect(await attempt(subject)).toEqual({ is: 'admitted', failures: 1 });
  });

  it('counts each kind of secret apart', async () => {
    const subject = randomBytes(32);
    for (let n = 0; n < 11; n++) await attempt(subject);
    expect(await countTry(database, clock, limits, { subject, kind: 'claim' })).toEqual({
      is: 'admitted',
      failures: 1,
    });
  });

  it('never shortens a wait as failures grow, and never exceeds the longest (ASVS 1.4.2)', () => {
    const now = clock.now();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (failures) => {
        const wait = (n: number) => (waitAfter(n, limits, now)?.getTime() ?? now.getTime()) - now.getTime();
        expect(wait(failures + 1)).toBeGreaterThanOrEqual(wait(failures));
        expect(wait(failures)).toBeLessThanOrEqual(3_600_000);
        expect(wait(failures) > 0).toBe(failures >= 10);
      }),
    );
  });
});
