import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counts, estimate, type Waits } from './estimate.ts';

/** One case: the days on which it started and ended, and whether by a decision. */
type Case = { readonly start: number; readonly end: number | null; readonly how?: 'decided' | 'stopped' };

/** Counts cases one by one, as the table of counts has them. */
function counted(cases: readonly Case[], since: number, until: number): Waits {
  const count = (days: readonly number[]): Counts => {
    const counts = new Map<number, number>();
    for (const day of days) counts.set(day, (counts.get(day) ?? 0) + 1);
    return counts;
  };
  const seen = cases.filter(({ end }) => end === null || end >= since);
  const ended = (how: 'decided' | 'stopped') =>
    seen.flatMap((each) =>
      each.end !== null && (each.how ?? 'decided') === how ? [each.end - each.start] : [],
    );
  return {
    since,
    until,
    open: count(seen.filter(({ end }) => end === null).map(({ start }) => start)),
    began: count(seen.filter(({ end }) => end !== null).map(({ start }) => start)),
    decided: count(ended('decided')),
    stopped: count(ended('stopped')),
  };
}

/** Those of a trial: an event after so many days, or, by a `+`, out of sight after them. */
function trial(text: string, until = 1000): Waits {
  const cases = text.split(' ').map((days): Case => {
    const length = Number.parseInt(days, 10);
    return days.endsWith('+')
      ? { start: 0, end: length, how: 'stopped' }
      : { start: 0, end: length, how: 'decided' };
  });
  return counted(cases, 0, until);
}

const times = (text: string, count: number) => Array.from({ length: count }, () => text).join(' ');

describe('the product-limit estimate', () => {
  // Freireich et al. 1963, the textbook's example: Kalbfleisch and Prentice, Cox and Oakes, and R's `survfit`.
  const TREATED = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+';
  const PLACEBO = '1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23';

  it('of remissions with 6-MP has its median at 23 weeks and never comes to 9 of 10', () => {
    expect(estimate(trial(TREATED))).toMatchObject({ low: 6, middle: 23, high: null, decided: 9 });
  });

  it('of remissions with a placebo has its median at 8 weeks', () => {
    expect(estimate(trial(PLACEBO))).toMatchObject({ low: 2, middle: 8, high: 17, decided: 21 });
  });

  it('of Miller’s maintained leukaemia has its median at 31 weeks', () => {
    // Embury et al. 1977, `aml` in R: 31 maintained, 23 not.
    const maintained = '9 13 13+ 18 23 28+ 31 34 45+ 48 161+';
    const not = '5 5 8 8 12 16+ 23 27 30 33 43 45';
    expect(estimate(trial(maintained)).middle).toBe(31);
    expect(estimate(trial(not)).middle).toBe(23);
  });

  it('counts those who still wait, so that a backlog makes the times longer', () => {
    const decided: Case[] = Array.from({ length: 60 }, (_, n) => ({ start: 300 + n, end: 330 + n }));
    const backlog: Case[] = Array.from({ length: 60 }, (_, n) => ({ start: 100 + n, end: null }));
    const alone = estimate(counted(decided, 0, 400));
    const both = estimate(counted([...decided, ...backlog], 0, 400));
    expect(alone).toMatchObject({ low: 30, middle: 30, high: 30, waiting: 0 });
    expect(both).toMatchObject({ low: 30, middle: 30, high: null, waiting: 60 });
    expect(both.observed).toBe(291);
  });

  it('watches a case of before the stretch from the age that it had then', () => {
    // All of them were decided on day 500, and only what was undecided at 400 days is seen at all.
    const old: Case[] = Array.from({ length: 50 }, () => ({ start: 0, end: 500 }));
    const young: Case[] = Array.from({ length: 50 }, () => ({ start: 410, end: 440 }));
    const found = estimate(counted([...old, ...young], 400, 600));
    // The young are decided while no old one was as young within the stretch.
    expect(found).toMatchObject({ low: 30, middle: 30, high: 30 });
  });

  it('lets no single early decision speak for all', () => {
    // One case is a day old while nobody else is that young; the others come in at 100 days.
    const early: Case[] = [{ start: 400, end: 401 }];
    const others: Case[] = Array.from({ length: 60 }, () => ({ start: 300, end: 450 }));
    expect(estimate(counted([...early, ...others], 400, 500))).toMatchObject({
      low: 150,
      middle: 150,
      high: 150,
    });
  });

  it('leaves out what starts after the stretch', () => {
    expect(estimate(counted([{ start: 900, end: null }], 0, 500)).waiting).toBe(0);
  });

  it('is that of all decided cases where none is open: their own quantiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 10, maxLength: 200 }),
        (lengths) => {
          const found = estimate(
            counted(
              lengths.map((length) => ({ start: 0, end: length })),
              0,
              900,
            ),
          );
          const sorted = lengths.toSorted((a, b) => a - b);
          const quantile = (tenths: number) => sorted[Math.ceil((sorted.length * tenths) / 10) - 1];
          expect([found.low, found.middle, found.high]).toEqual([quantile(1), quantile(5), quantile(9)]);
        },
      ),
    );
  });

  it('is in order, and never shorter for one more who waits long', () => {
    const anyCase = fc.record({
      start: fc.integer({ min: 0, max: 700 }),
      length: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(anyCase, { minLength: 20, maxLength: 80 }), (all) => {
        const cases = all.map(({ start, length }) => ({
          start,
          end: start + length > 800 ? null : start + length,
        }));
        const before = estimate(counted(cases, 0, 800));
        const after = estimate(counted([...cases, { start: 0, end: null }], 0, 800));
        const days = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
        expect(days(before.low)).toBeLessThanOrEqual(days(before.middle));
        expect(days(before.middle)).toBeLessThanOrEqual(days(before.high));
        for (const name of ['low', 'middle', 'high'] as const)
          expect(days(after[name])).toBeGreaterThanOrEqual(days(before[name]));
      }),
    );
  });

  it('of nobody is nothing', () => {
    expect(estimate(trial(times('5+', 3)))).toMatchObject({
      decided: 0,
      low: null,
      middle: null,
      high: null,
    });
  });
});
