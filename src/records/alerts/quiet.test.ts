import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../platform/clock/index.ts';
import { type QuietHours, quietUntil } from './quiet.ts';

const NIGHT = { from: 22 * 60, until: 7 * 60 };

/** The first minute that is not quiet, by looking at each. */
function byLooking(now: Date, { from, until }: QuietHours, timeZone: string): Date | null {
  for (let at = now.getTime(); at <= now.getTime() + 2 * DAY; at += MINUTE) {
    const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
    const wall = 60 * hour + minute;
    const isQuiet = from < until ? from <= wall && wall < until : from <= wall || wall < until;
    if (!isQuiet) return at === now.getTime() ? null : new Date(at);
  }
  throw new Error('it never ends');
}

describe('quiet hours', () => {
  it('end at their time by the clock of the person', () => {
    const at = (time: string, zone = 'America/New_York') =>
      quietUntil(new Date(time), NIGHT, zone)?.toISOString() ?? null;
    expect(at('2026-11-22T12:00:00Z')).toBeNull();
    expect(at('2026-11-23T03:00:00Z')).toBe('2026-11-23T12:00:00.000Z');
    expect(at('2026-11-23T11:59:00Z')).toBe('2026-11-23T12:00:00.000Z');
    expect(at('2026-11-23T12:00:00Z')).toBeNull();
    expect(at('2026-11-23T12:00:00Z', 'America/Los_Angeles')).toBe('2026-11-23T15:00:00.000Z');
    expect(quietUntil(new Date('2026-11-23T03:00:00Z'), null, 'America/New_York')).toBeNull();
  });

  it('are an hour shorter or longer in the nights in which clocks change', () => {
    const lasts = (from: string) =>
      (quietUntil(new Date(from), NIGHT, 'America/New_York')?.getTime() ?? 0) - new Date(from).getTime();
    // From 22:00 to 7:00 by the clock.
    expect(lasts('2026-03-08T03:00:00Z')).toBe(8 * 60 * MINUTE);
    expect(lasts('2026-11-01T02:00:00Z')).toBe(10 * 60 * MINUTE);
    expect(lasts('2026-06-02T02:00:00Z')).toBe(9 * 60 * MINUTE);
  });

  it('end at the first minute that is not quiet, on any day in any zone', () => {
    const minute = fc.integer({ min: 0, max: 47 }).map((half) => half * 30);
    const changes = [
      ['America/New_York', '2026-03-08T07:00:00Z'],
      ['America/New_York', '2026-11-01T06:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
      ['Africa/Cairo', '2026-04-23T22:00:00Z'],
      ['Asia/Kolkata', '2026-05-01T00:00:00Z'],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: -1_440, max: 1_440 }),
        minute,
        minute,
        ([zone, around], offset, from, until) => {
          fc.pre(from !== until);
          const now = new Date(new Date(around).getTime() + offset * MINUTE);
          expect(quietUntil(now, { from, until }, zone)).toEqual(byLooking(now, { from, until }, zone));
        },
      ),
      { numRuns: 150 },
    );
  });
});
