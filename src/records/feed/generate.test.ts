import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { movableClock } from '../../testing/clock.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { intakeRules, type StatusEvent } from '../intake/index.ts';
import { generateFeed, loadDemoMaterial } from './generate.ts';
import { parseLine } from './parse.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const catalogue = loadCaseCatalogue(agency);
const material = loadDemoMaterial(agency, catalogue);
const rules = intakeRules(agency, movableClock());

function events(seed: number, count: number): StatusEvent[] {
  return [...generateFeed(material, { seed, events: count })].map((line) => {
    const parsed = parseLine(Buffer.from(line), rules);
    if (parsed.is === 'bad') throw new Error(`${parsed.reason}: ${line}`);
    if (parsed.event.kind !== 'status') throw new Error(`not a status: ${line}`);
    return parsed.event;
  });
}

describe('generated feeds', () => {
  it('have as many good events as asked for, the same for the same seed and others for another', () => {
    for (const count of [1, 7, 5000]) expect(events(7, count)).toHaveLength(count);
    expect(events(7, 100)).toEqual(events(7, 100));
    expect(events(7, 100)).not.toEqual(events(8, 100));
  });

  it('tell of every form and nearly every status, in several scripts, with short and long names', () => {
    const all = events(7, 5000);
    expect(new Set(all.map(({ form }) => form)).size).toBe(4);
    expect(new Set(all.map(({ status }) => status)).size).toBeGreaterThan(30);
    const names = all.map(({ person }) => `${person.given} ${person.family}`);
    for (const script of ['Latin', 'Arabic', 'Han', 'Cyrillic', 'Hangul', 'Devanagari', 'Ethiopic']) {
      expect(names.some((name) => new RegExp(`\\p{Script=${script}}`, 'u').test(name))).toBe(true);
    }
    expect(all.some(({ person }) => person.family === '')).toBe(true);
    expect(all.some(({ person }) => person.given === '')).toBe(true);
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(names.some((name) => name.length > 100)).toBe(true);
  });

  it('have one person a case, one access code a case, and no event after the last moment', () => {
    const byReceipt = Map.groupBy(events(3, 5000), ({ receipt }) => receipt);
    for (const history of byReceipt.values()) {
      expect(new Set(history.map(({ person }) => JSON.stringify(person))).size).toBe(1);
      expect(history.filter(({ accessCode }) => accessCode !== null)).toHaveLength(1);
      expect(history.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0]?.status).toBe('case-received');
      for (const { at } of history) expect(at <= material.histories.until).toBe(true);
    }
  });
});
