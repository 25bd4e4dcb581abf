import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inLanguage, loadAgency } from './index.ts';

const arcadia = join(import.meta.dirname, '../../../agencies/arcadia');
const folder = mkdtempSync(join(tmpdir(), 'portico-agency-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILE: Record<string, unknown> = JSON.parse(readFileSync(join(arcadia, 'agency.json'), 'utf8'));
const CONTACT = { phone: '1', email: 'a@b.example', hours: { en: 'x', es: 'x' }, address: ['x'] };
const PHONE = { for: { en: 'x', es: 'x' }, number: '2', hours: { en: 'x', es: 'x' } };
const STATEMENTS = { privacy: 'text', terms: 'text', accessibility: 'text' };
const RECEIPT = { patterns: ['ARC##########'], example: 'ARC2190000042', hint: { en: 'x', es: 'x' } };
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
    expect(agency.receipt.patterns).toEqual(['ARC##########']);
    expect(agency.folder).toBe(arcadia);
    expect(inLanguage(agency.name, 'es')).toContain('Arcadia');
    expect(inLanguage(agency.name, 'xx')).toBe(inLanguage(agency.name, 'en'));
  });

  it.each([
    ['languages', { languages: [] }],
    ['timeZone', { timeZone: 'Arcadia/Capital' }],
    ['contact', { contact: { phone: '1', email: 'not an address', hours: { en: 'x', es: 'x' } } }],
    ['receipt', { receipt: { ...RECEIPT, patterns: ['arc[0-9]+'] } }],
    ['receipt.example', { receipt: { ...RECEIPT, example: 'ARC219' } }],
    ['receipt.hint: no es', { receipt: { ...RECEIPT, hint: { en: 'x' } } }],
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
    ['contact.address', { contact: { ...CONTACT, address: undefined } }],
    [
      'otherPhones, entry 1.for: no es',
      { contact: { ...CONTACT, otherPhones: [{ ...PHONE, for: { en: 'x' } }] } },
    ],
    ['statements.terms', { statements: { ...STATEMENTS, terms: 'http://a.example' } }],
    [
      'statements.terms',
      { statements: { ...STATEMENTS, terms: { en: 'http://a.example', es: 'javascript:1' } } },
    ],
    ['statements.terms: no es', { statements: { ...STATEMENTS, terms: { en: 'https://a.example' } } }],
    ['en', { contact: { phone: '1', email: 'a@b.example', hours: { es: 'x' } } }],
  ])('is refused with the name of the fault: %s', (name, changes) => {
    expect(fault(changes)).toContain(name);
  });

  it('is refused with every fault at once', () => {
    const said = fault({ timeZone: 'x', fictional: 'x', receipt: 7 });
    for (const name of ['timeZone', 'fictional', 'receipt', 'agency.json']) expect(said).toContain(name);
  });

  it('says in plain words where and what', () => {
    const said = fault({
      timeZone: undefined,
      languages: 'en',
      fictional: 'no',
      contact: { ...CONTACT, email: 'x', papers: { how: { en: 'x', es: 'x' }, address: ['a', ''] } },
      sloganz: 'x',
      receipt: { ...RECEIPT, patterns: ['ARC#######', 'A-##'], example: 7 },
      mailColours: { band: 'red', onBand: '#ffffff' },
    });
    const path = join(folder, 'agency.json');
    expect(said.replace('Error: ', '').split('\n').sort()).toEqual(
      [
        'timeZone: is missing',
        'languages: must be a list: [ … ]',
        'fictional: must be true or false',
        'contact.email: must be an email address',
        'contact.papers.address, entry 2: must not be empty',
        'receipt.patterns, entry 2: must have at least 6 times "#", or numbers are soon guessed',
        'receipt.example: must be a text',
        'mailColours.band: is not a colour such as #481441',
        'has "sloganz", which is no field that Portico knows',
      ]
        .map((reason) => `${path}: ${reason}`)
        .sort(),
    );
  });

  it('is refused with every text that lacks a language, and where it stands', () => {
    const said = fault({ languages: ['en', 'es', 'nb'], country: { en: 'x' } });
    for (const reason of ['name: no nb', 'country: no es', 'country: no nb', 'contact.papers.how: no nb'])
      expect(said).toContain(`agency.json: ${reason}`);
  });

  it('is refused with colours of mail that cannot be read, and takes them from 4.5:1 on', () => {
    expect(fault({ mailColours: { band: '#777777', onBand: '#ffffff' } })).toContain(
      'mailColours: the contrast of #ffffff on #777777 is 4.4:1 and must be 4.5:1',
    );
    expect(fault({ mailColours: { band: '#767676', onBand: '#ffffff' } })).toBe('');
  });

  it.each([
    ['{\n "a": 1\n "b": 2 }', 'is not valid JSON: look at line 3, column 2, and just before'],
    ['{\n "a": [,\n 2] }', 'is not valid JSON: look at line 2, column 8, and just before'],
    ['{ "a": [1, 2', 'is not valid JSON: it ends too early'],
    [' ', 'is not valid JSON: it is empty'],
  ])('says on which line JSON breaks: %j', (text, said) => {
    write(text);
    expect(() => loadAgency(folder)).toThrow(`${join(folder, 'agency.json')}: ${said}`);
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
