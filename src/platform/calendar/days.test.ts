import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, daysUntil } from './index.ts';

describe('days', () => {
  it('are those of the zone, not of the server', () => {
    const late = new Date('2026-03-31T23:30:00Z');
    expect(dayOf(late, 'UTC')).toBe('2026-03-31');
    expect(dayOf(late, 'Asia/Tokyo')).toBe('2026-04-01');
    expect(dayOf(late, 'America/New_York')).toBe('2026-03-31');
  });

  it('are counted as on a calendar, over changes of the clock, of months and of leap years', () => {
    expect(daysUntil('2026-03-31', '2026-03-31')).toBe(0);
    expect(daysUntil('2026-04-01', '2026-03-28')).toBe(4);
    expect(daysUntil('2028-03-01', '2028-02-28')).toBe(2);
    expect(daysUntil('2026-11-30', '2026-12-07')).toBe(-7);
    const day = fc
      .date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => dayOf(at, 'UTC'));
    fc.assert(fc.property(day, day, (a, b) => daysUntil(a, b) === -daysUntil(b, a)));
  });
});
