import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inLanguage, loadAgency } from './index.ts';

const arcadia = join(import.meta.dirname, '../../../agencies/arcadia');
const folder = mkdtempSync(join(tmpdir(), 'portico-agency-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILE: Record<string, unknown> = JSON.parse(readFileSync(join(arcadia, 'agency.json'), 'utf8'));
const CONTACT = { phone: '1', email: 'a@b.example', hours: { en: 'x', es: 'x' } };
const write = (text: string) => writeFileSync(join(folder, 'agency.json'), text);
const fault = (changes: Record<string, unknown>): string => {
  write(JSON.stringify({ ...FILE, ...changes }));
  try {
    loadAgency(folder);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('an agency', () => {
  it('is read from its file', () => {
    expect(fault({})).toBe('');
    const agency = loadAgency(arcadia);
    expect(agency.receipt.prefix).toBe('ARC');
    expect(agency.folder).toBe(arcadia);
    expect(inLanguage(agency.name, 'es')).toContain('Arcadia');
    expect(inLanguage(agency.name, 'xx')).toBe(inLanguage(agency.name, 'en'));
  });

  it.each([
    ['languages', { languages: [] }],
    ['timeZone', { timeZone: 'Arcadia/Capital' }],
    ['contact', { contact: { phone: '1', email: 'not an address', hours: { en: 'x', es: 'x' } } }],
    ['receipt', { receipt: { prefix: 'arc', example: 'x' } }],
    ['policy', { policy: { profile: 'loose' } }],
    ['fictional', { fictional: 'no' }],
    ['officialBanner', { officialBanner: { suffixes: ['gov'], text: { en: 'x', es: 'x' } } }],
    ['officialBanner', { officialBanner: { suffixes: [], text: { en: 'x', es: 'x' } } }],
    ['sloganz', { sloganz: 'x' }],
    ['shortName', { shortName: { en: 'Arcadia\nBcc: all', es: 'x' } }],
    ['name', { name: { en: 'A\u202ebad', es: 'x' } }],
    ['name', { name: { en: ' ', es: 'x' } }],
    ['country', { country: { en: 'A\u0000', es: 'x' } }],
    ['es', { name: { en: 'Only English' } }],
    ['es', { officialBanner: { suffixes: ['.gov.example'], text: { en: 'Only English' } } }],
    ['es', { contact: { ...CONTACT, papers: { how: { en: 'Only English' } } } }],
    ['address', { contact: { ...CONTACT, papers: { how: { en: 'x', es: 'x' }, address: [] } } }],
    ['en', { contact: { phone: '1', email: 'a@b.example', hours: { es: 'x' } } }],
  ])('is refused with the name of the fault: %s', (name, changes) => {
    expect(fault(changes)).toContain(name);
  });

  it('is refused with every fault at once', () => {
    const said = fault({ timeZone: 'x', fictional: 'x', receipt: 7 });
    for (const name of ['timeZone', 'fictional', 'receipt', 'agency.json']) expect(said).toContain(name);
  });

  it.each(['', '{', '[]', 'null', '"agency"'])(
    'is refused with the name of the file when that holds %j',
    (text) => {
      write(text);
      expect(() => loadAgency(folder)).toThrow(join(folder, 'agency.json'));
    },
  );

  it('is refused when there is no file', () => {
    expect(() => loadAgency(join(folder, 'none'))).toThrow('agency.json');
  });
});
