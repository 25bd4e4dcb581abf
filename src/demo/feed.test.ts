import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadAgency } from '../platform/agency/index.ts';
import { DAY } from '../platform/clock/index.ts';
import { demoLines } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../agencies/arcadia'));
const Line = z.looseObject({
  id: z.string(),
  at: z.coerce.date(),
  dueOn: z.string().optional(),
  detail: z.object({ en: z.string(), es: z.string() }).optional(),
  person: z.object({ born: z.string() }).optional(),
});
const linesOf = (firstDay: string) =>
  [...demoLines(agency, firstDay)].map((line) => Line.parse(JSON.parse(line)));
const byId = (firstDay: string, id: string) => linesOf(firstDay).find((line) => line.id === id);

describe("the demonstration's dates", () => {
  it('are as they are written in the week in which they were', () => {
    expect(byId('2026-11-28', 'ARC2690048213-02')).toMatchObject({
      at: new Date('2026-11-04T14:05:00Z'),
      detail: {
        en: expect.stringContaining('December 1, 2026'),
        es: expect.stringContaining('1 de diciembre de 2026'),
      },
    });
  });

  it('move by whole weeks, in texts as well, and leave birthdays where they are', () => {
    expect(byId('2028-02-29', 'ARC2690048213-02')).toMatchObject({
      at: new Date('2028-02-09T14:05:00Z'),
      detail: {
        en: expect.stringContaining('March 7, 2028'),
        es: expect.stringContaining('7 de marzo de 2028'),
      },
      person: { born: '1996-11-02' },
    });
    expect(byId('2028-02-29', 'ARC2690001986-papers')?.dueOn).toBe('2028-04-21');
  });

  it('are recent on any day, and nothing has happened that has not', () => {
    const anyDay = fc.date({ min: new Date('2026-11-22'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(anyDay, (first) => {
        const lines = linesOf(first.toISOString().slice(0, 10));
        const newest = Math.max(...lines.map(({ at }) => at.getTime()));
        expect(newest).toBeLessThan(first.getTime());
        expect(first.getTime() - newest).toBeLessThan(17 * DAY);
        expect(JSON.stringify(lines)).not.toMatch(/\{\d{4}-/);
      }),
      { numRuns: 20 },
    );
  });
});
