import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadAgency } from '../platform/agency/index.ts';
import { DAY } from '../platform/clock/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
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

const RequestLine = z.looseObject({
  kind: z.string().optional(),
  id: z.string(),
  receipt: z.string(),
  at: z.coerce.date(),
  status: z.string().optional(),
  request: z.string().optional(),
  state: z.string().optional(),
});

describe("the demonstration's requests for papers", () => {
  const { statuses } = loadCaseCatalogue(agency);
  const lines = [...demoLines(agency, '2026-11-28')].map((line) => RequestLine.parse(JSON.parse(line)));
  /** Where a case stood, as of a moment. */
  const statusAt = (receipt: string, at: Date) =>
    statuses.get(
      lines
        .filter((line) => line.kind === undefined && line.receipt === receipt && line.at <= at)
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
        .at(-1)?.status ?? '',
    );
  const states = lines.flatMap(({ kind, id, receipt, at, request, state }) => {
    if (kind === 'evidence-request') return [{ id, receipt, at, request: id, state: 'open' }];
    return kind === 'evidence-request-state' ? [{ id, receipt, at, request, state }] : [];
  });

  it('stand beside a status that says the same, from when they are open until they are not', () => {
    expect(states.length).toBeGreaterThan(5);
    for (const { id, receipt, at, state } of states) {
      const status = statusAt(receipt, at);
      expect([id, status?.code, status?.tone === 'waiting-for-you']).toEqual([
        id,
        status?.code,
        state === 'open' || state === 'expired',
      ]);
    }
    const requests = new Set(states.map(({ request }) => request));
    for (const request of requests) {
      const last = states.filter((each) => each.request === request).at(-1);
      const now = statusAt(last?.receipt ?? '', new Date('2030-01-01'));
      expect([request, now?.tone === 'waiting-for-you']).toEqual([request, last?.state === 'open']);
    }
  });
});

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
