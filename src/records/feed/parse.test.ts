import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { movableClock } from '../../testing/clock.ts';
import { canonical, intakeRules } from '../intake/index.ts';
import { parseLine } from './parse.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const rules = intakeRules(agency, movableClock(new Date('2026-11-22T12:00:00Z')));
const person = {
  family: 'Haddad',
  given: 'Amina',
  born: '1989-04-17',
  birthCountry: 'LB',
  agencyNumber: 'A012345678',
};
const event = {
  id: 'e-1',
  receipt: 'ARC2190000042',
  form: 'NAT-1',
  at: '2026-03-31T09:30:00-04:00',
  status: 'case-received',
  person,
  accessCode: 'K7Q2-M9XD-4T6B',
};
const read = (value: unknown) => parseLine(Buffer.from(JSON.stringify(value)), rules);
const reason = (value: unknown) => {
  const parsed = read(value);
  return parsed.is === 'bad' ? parsed.reason : 'good';
};

describe('a line of the feed', () => {
  it('is an event of a case', () => {
    const parsed = read({ ...event, detail: 'Bring the letter.\nCome early.' });
    expect(parsed).toMatchObject({
      is: 'event',
      event: { ...event, at: new Date('2026-03-31T13:30:00Z'), person },
    });
  });

  it.each([
    ['{', 'not valid JSON'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['"x"', 'not a JSON object'],
  ])('%s: %s', (line, expected) => {
    expect(parseLine(Buffer.from(line), rules)).toEqual({ is: 'bad', reason: expected, id: null });
  });

  it.each([20, 3_000, 30_000])('does not have %s in one another', (depth) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    for (const data of [deep, `{"received":${deep}}`, deep.replaceAll('[', '{"a":[').replaceAll(']', ']}')]) {
      const line = `{"kind":"document","id":"d","receipt":"ARC2190000042","at":"2026-06-01T10:00:00Z","type":"receipt","issuedOn":"2026-06-01","template":{"name":"receipt","data":${data}}}`;
      expect(parseLine(Buffer.from(line), rules)).toEqual({
        is: 'bad',
        reason: 'has too much in one another',
        id: 'd',
      });
    }
  });

  it.each([
    { ...event, kind: 'status' },
    { kind: 'document', type: 'letter', issuedOn: '2026-06-01', file: 'a.pdf' },
    { kind: 'document-withdrawn', document: 'd' },
    { kind: 'evidence-request', papers: [{ name: 'A tax paper' }], dueOn: '2026-12-22' },
    { kind: 'evidence-request-state', request: 'r', state: 'answered' },
    { kind: 'paper-copy', document: 'd', state: 'sent' },
  ])('says of what has happened only, give or take the clocks: $kind', (more) => {
    const { id, receipt } = event;
    expect(reason({ id, receipt, ...more, at: '2026-11-22T12:04:00Z' })).toBe('good');
    expect(reason({ id, receipt, ...more, at: '2026-11-22T12:06:00Z' })).toBe('"at" is in the future');
  });

  it('must be UTF-8', () => {
    expect(parseLine(Buffer.from([0x22, 0xff, 0x22]), rules)).toEqual({
      is: 'bad',
      reason: 'not valid UTF-8',
      id: null,
    });
  });

  it.each([
    [{ ...event, status: 'flying' }, 'status "flying" is not known'],
    [{ ...event, form: 'N-9' }, 'form "N-9" is not known'],
    [{ ...event, form: '__proto__' }, 'form (not written as a code) is not known'],
    [{ ...event, form: 'FAM-3', status: 'oath-taken' }, 'status "oath-taken" is not one of form "FAM-3"'],
    [{ ...event, receipt: 'XYZ2190000042' }, '"receipt" must be written as ARC########## ("#" for a digit)'],
    [{ ...event, receipt: 'ARC219000004' }, '"receipt" must be written as ARC########## ("#" for a digit)'],
    [{ ...event, id: '' }, '"id" must be 1 to 100 printable ASCII characters without spaces'],
    [
      { ...event, at: '2026-03-31' },
      '"at" must be a time with its offset, such as 2026-03-31T09:30:00-04:00',
    ],
    [
      { ...event, at: '2026-03-31T09:30:00' },
      '"at" must be a time with its offset, such as 2026-03-31T09:30:00-04:00',
    ],
    [
      { ...event, at: '2026-02-30T09:30:00Z' },
      '"at" must be a time with its offset, such as 2026-03-31T09:30:00-04:00',
    ],
    [{ ...event, at: '1826-02-03T09:30:00Z' }, '"at" is before 1950'],
    [{ ...event, at: '2062-02-03T09:30:00Z' }, '"at" is in the future'],
    [{ ...event, at: 5 }, '"at" is not a text'],
    [{ ...event, colour: 'red' }, 'field "colour" is not known'],
    [{ ...event, person: { ...person, height: 1 } }, 'field "height" is not known in "person"'],
    [{ ...event, 'Amina Haddad': 1 }, 'field (not written as a name) is not known'],
    [
      { ...event, person: { ...person, born: '1989-02-30' } },
      '"person.born" must be a date, such as 1990-12-31',
    ],
    [
      { ...event, person: { ...person, born: '0089-02-03' } },
      '"person.born" must be a date, such as 1990-12-31',
    ],
    [{ ...event, person: { ...person, born: '2027-01-01' } }, '"person.born" is in the future'],
    [
      { ...event, person: { ...person, birthCountry: 'XX' } },
      '"person.birthCountry" must be a country code of two letters (ISO 3166-1)',
    ],
    [
      { ...event, person: { ...person, birthCountry: 'lb' } },
      '"person.birthCountry" must be a country code of two letters (ISO 3166-1)',
    ],
    [
      { ...event, person: { ...person, family: '', given: ' ' } },
      '"person" must have a family or a given name',
    ],
    [
      { ...event, person: { ...person, family: 'x'.repeat(201) } },
      '"person.family" is longer than 200 characters',
    ],
    [
      { ...event, person: { ...person, agencyNumber: 'A' } },
      '"person.agencyNumber" must be 4 to 20 letters and digits',
    ],
    [{ ...event, person: undefined }, '"person" is missing'],
    [{ ...event, person: 'Amina' }, '"person" is not an object'],
    [{ ...event, accessCode: 'ABC' }, '"accessCode" must have at least 8 letters and digits'],
    [{ ...event, detail: '' }, '"detail" is empty'],
    [
      { ...event, detail: 7 },
      '"detail" must be a text of 1 to 2000 characters, or one such text for each language',
    ],
    [{ ...event, detail: {} }, '"detail" is empty'],
    [{ ...event, detail: { en: 'a', fr: 'b' } }, '"detail" is in a language that the agency does not offer'],
  ])('is refused with its reason (%#)', (value, expected) => {
    expect(reason(value)).toBe(expected);
  });

  it('names every fault at once', () => {
    expect(reason({ ...event, form: 'N-9', status: 'flying', at: 'now' })).toBe(
      'form "N-9" is not known; status "flying" is not known; ' +
        '"at" must be a time with its offset, such as 2026-03-31T09:30:00-04:00',
    );
  });

  it.each(['\u0000', '\u0007', '\n', '\u202e', '\u2066', '\ud800'])('has no %j in a name', (character) => {
    expect(reason({ ...event, person: { ...person, given: `Am${character}ina` } })).toContain(
      '"person.given" has a character that is not allowed',
    );
  });

  it.each([
    ['', 'Wulandari'],
    ['Gulalai', ''],
    ["O'Brien", 'Siobhán'],
    ['王', '小明'],
    ['الحلبي', 'ليلى'],
    ['رضایی\u200cنژاد', 'مریم'],
    ['de Albuquerque '.repeat(13).trim(), 'Maria '.repeat(20).trim()],
  ])('takes any name (%s, %s)', (family, given) => {
    expect(reason({ ...event, person: { ...person, family, given } })).toBe('good');
  });

  it('takes a detail in several languages', () => {
    expect(reason({ ...event, detail: { en: 'Come early.', es: 'Venga temprano.' } })).toBe('good');
  });

  it('is not disturbed by keys of JavaScript (ASVS 1.5.2, 15.3.6)', () => {
    const line = JSON.stringify(event).replace('{', '{"__proto__":{"status":"x"},');
    expect(parseLine(Buffer.from(line), rules)).toEqual({
      is: 'bad',
      reason: 'field (not written as a name) is not known',
      id: event.id,
    });
    expect(reason({ ...event, constructor: 1 })).toBe('field "constructor" is not known');
    expect(reason({ ...event, detail: JSON.parse('{"__proto__":"x"}') })).not.toBe('good');
  });

  it('never makes the reader throw, whatever it holds (ASVS 1.5.2)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          expect(parseLine(Buffer.from(bytes), rules).is).toBe('bad');
        },
      ),
    );
    const fields = fc.record(
      Object.fromEntries([...Object.keys(event), 'detail', 'more'].map((key) => [key, fc.jsonValue()])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, fc.dictionary(fc.string(), fc.jsonValue()), (changes, changed) => {
        read({ ...event, ...changes });
        read({ ...event, person: { ...person, ...changed } });
      }),
    );
  });

  it('is refused without a word of the person', () => {
    const secrets = ['Zephyrine', 'Quillfeather', '1989-04-31', 'A999888777', 'ZZZZ-YYYY-XXXX'];
    const [given, family, born, agencyNumber, accessCode] = secrets;
    const whole = {
      ...event,
      accessCode,
      detail: `For ${given} ${family}`,
      person: { ...person, given, family, born, agencyNumber },
    };
    const broken = fc.oneof(
      fc.constant(JSON.stringify(whole)),
      fc.nat({ max: 300 }).map((length) => JSON.stringify(whole).slice(0, length)),
      fc
        .constantFrom('person', 'detail', 'at', 'id', 'accessCode')
        .map((key) => JSON.stringify({ ...whole, [key]: [given, family] })),
      fc.constant(
        JSON.stringify({
          ...whole,
          [`${given} ${family}`]: 1,
          person: { ...whole.person, [`${family}`]: 1 },
        }),
      ),
      fc.constant(JSON.stringify({ ...whole, detail: { [`${given}`]: 'x' } })),
      fc
        .constantFrom('id', 'receipt', 'at')
        .map((key) => JSON.stringify({ ...whole, [key]: `${given} ${family}` })),
    );
    fc.assert(
      fc.property(broken, (line) => {
        const parsed = parseLine(Buffer.from(line), rules);
        expect(parsed.is).toBe('bad');
        for (const secret of secrets) expect(JSON.stringify(parsed)).not.toContain(secret);
      }),
    );
  });

  it('means the same however its JSON is written', () => {
    const one = read({ ...event, detail: { en: 'a', es: 'b' } });
    const other = read({ detail: { es: 'b', en: 'a' }, ...event, at: '2026-03-31T13:30:00.000Z' });
    if (one.is === 'bad' || other.is === 'bad') throw new Error('refused');
    expect(canonical(one.event)).toBe(canonical(other.event));
  });
});
