import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { zoneName, zoneNamed, zoneOptions } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const languages = loadLanguages(join(root, 'locales'), loadAgency(join(root, 'agencies/arcadia')));
const winter = new Date('2026-01-15T12:00:00Z');

describe('a zone', () => {
  it.each([
    ['America/New_York', 'America/New_York'],
    ['america/new_york', 'America/New_York'],
    ['Europe/Warsaw', 'Europe/Warsaw'],
    ['+05:00', null],
    ['Nowhere/Town', null],
    ['', null],
    ['../etc/passwd', null],
  ])('%j is %j', (name, zone) => {
    expect(zoneNamed(name)).toBe(zone);
  });

  it('is called by its town, its time and how far it is from UTC', () => {
    expect(zoneName('America/New_York', 'en', winter)).toBe('New York, Eastern Time (GMT-5)');
    expect(zoneName('America/New_York', 'es', winter)).toBe('New York, hora oriental (GMT-5)');
  });

  it('is found under its country, and each of them is one', () => {
    for (const language of ['en', 'es']) {
      const list = zoneOptions(languages.get(language), winter);
      const mexico = list.find(({ label }) => label === languages.get(language).country('MX'));
      expect(mexico?.options.map(({ label }) => label)).toContain('Mexico City (GMT-6)');
      const all = list.flatMap(({ options }) => options.map(({ value }) => value));
      expect(all.length).toBeGreaterThan(300);
      expect(all.filter((zone) => zoneNamed(zone) !== zone)).toEqual([]);
    }
  });
});
