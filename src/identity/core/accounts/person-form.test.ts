import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personForm } from './index.ts';
import { readDate } from './person-form.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const FORM = {
  fullName: 'Zdzisława Ngọc Quill',
  'born-day': '29',
  'born-month': '2',
  'born-year': '1988',
  birthCountry: 'PL',
};
const issues = (changes: Record<string, unknown>) => {
  const parsed = personForm(NOW).safeParse({ ...FORM, ...changes });
  return parsed.success ? [] : parsed.error.issues;
};
const faults = (changes: Record<string, unknown>) => issues(changes).map(({ message }) => message);
const read = (year: unknown, month: unknown, day: unknown) => {
  const result = readDate([year, month, day], NOW);
  return result.is === 'date' ? result.date : result.key;
};

describe('who a person is', () => {
  it('is read as the form posts it', () => {
    expect(personForm(NOW).parse(FORM)).toEqual({
      fullName: FORM.fullName,
      born: '1988-02-29',
      birthCountry: 'PL',
    });
  });

  it.each([
    'Wulandari',
    "Siobhán O'Rourke",
    '陈雨桐',
    'María de los Ángeles '.repeat(9).trim(),
    'Ñahui-Quispe',
    'محمد علی‌رضا',
    'X',
  ])('may be named %s', (fullName) => {
    expect(personForm(NOW).parse({ ...FORM, fullName })).toMatchObject({
      fullName: fullName.normalize('NFC'),
    });
  });

  it.each([
    ['Quill\u202e', 'Quill'],
    ['Zdzisława\u00a0 Quill\u200b', 'Zdzisława Quill'],
    ['ＭＡＲＩＡ', 'MARIA'],
  ])('is named without what nobody sees: %j', (typed, fullName) => {
    expect(personForm(NOW).parse({ ...FORM, fullName: typed })).toMatchObject({ fullName });
  });

  it('is no more than the form asks for, whatever else is posted (ASVS 15.3.3)', () => {
    const more = { id: 'x', account_id: 'y', stage: 'authenticator', role: 'staff', email: 'a@b.example' };
    expect(Object.keys(personForm(NOW).parse({ ...FORM, ...more })).sort()).toEqual([
      'birthCountry',
      'born',
      'fullName',
    ]);
  });

  it.each(['XK', 'PS', 'ZZ'])('may be born in %s', (birthCountry) => {
    expect(personForm(NOW).parse({ ...FORM, birthCountry })).toMatchObject({ birthCountry });
  });

  it('tells every fault at once', () => {
    expect(faults({ fullName: ' ', 'born-day': '', birthCountry: '' })).toEqual([
      'person.name-missing',
      'person.day-missing',
      'person.country-missing',
    ]);
  });

  it.each([
    [{ day: '' }, 'born.day'],
    [{ month: 'May' }, 'born.month'],
    [{ year: '' }, 'born.year'],
    [{ day: '31', month: '2' }, 'born.day'],
    [{ day: '1', year: '1800' }, 'born.year'],
    [{ day: '1', year: '2027' }, 'born.year'],
    [{ day: '', month: '', year: '' }, 'born.day'],
  ])('is told of a date %j at its field %s', (parts, path) => {
    const changes = Object.entries(parts).map(([name, value]) => [`born-${name}`, value] as const);
    expect(issues(Object.fromEntries(changes)).map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it.each([null, undefined, 'text', 7, []])('is not read from %j', (form) => {
    expect(personForm(NOW).safeParse(form).success).toBe(false);
  });

  it('needs each of its fields, also where a form has none of them', () => {
    const parsed = personForm(NOW).safeParse({});
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
      'person.name-missing',
      'person.day-missing',
      'person.country-missing',
    ]);
  });

  it.each([
    ['fullName', 'a'.repeat(201), 'form.too-long'],
    ['fullName', '\u2800', 'form.no-letter'],
    ['fullName', '---', 'form.no-letter'],
    ['fullName', 'Qu\u0000ill', 'form.unfit-characters'],
    ['fullName', ['a', 'b'], 'form.given-twice'],
    ['fullName', { a: 1 }, 'person.name-missing'],
    ['birthCountry', 'XX', 'person.country-missing'],
    ['birthCountry', 'pl', 'person.country-missing'],
    ['birthCountry', 'constructor', 'form.too-long'],
    ['birthCountry', undefined, 'person.country-missing'],
    ['born-day', ['1', '2'], 'person.day-missing'],
  ])('is refused with %s %j (ASVS 2.2.1)', (field, value, key) => {
    expect(faults({ [field]: value })).toEqual([key]);
  });
});

describe('a date of birth', () => {
  it.each([
    ['2000', '2', '29', '2000-02-29'],
    ['1900', '02', '29', 'person.no-such-day'],
    ['2023', '2', '29', 'person.no-such-day'],
    ['2024', '2', '30', 'person.no-such-day'],
    ['1999', '4', '31', 'person.no-such-day'],
    ['1999', '0', '1', 'person.no-such-day'],
    ['1999', '13', '1', 'person.no-such-day'],
    ['1999', '1', '0', 'person.no-such-day'],
    ['2026', '11', '22', '2026-11-22'],
    ['2026', '11', '23', 'person.in-future'],
    ['1896', '1', '1', '1896-01-01'],
    ['1895', '12', '31', 'person.too-early'],
    ['88', '2', '28', 'person.too-early'],
    [' 1988 ', ' 02', '3 ', '1988-02-03'],
    ['l988\u200b', 'O2', '3.', '1988-02-03'],
    ['', '2', '3', 'person.year-missing'],
    ['1988', 'February', '3', 'person.month-missing'],
    ['1988', '2', '3rd', 'person.day-missing'],
    ['1e3', '2', '3', 'person.year-missing'],
    ['-1988', '2', '3', 'person.year-missing'],
    ['19880', '2', '3', 'person.year-missing'],
    ['١٩٨٨', '२', '３', '1988-02-03'],
    ['𞥑𞥙𞥘𞥘', '𞥒', '𞥓', '1988-02-03'],
    ['١٩٨٨٠', '2', '3', 'person.year-missing'],
    [undefined, '2', '3', 'person.year-missing'],
  ])('%s-%s-%s is %s', (year, month, day, expected) => {
    expect(read(year, month, day)).toBe(expected);
  });

  it('is read exactly when the calendar has it (ASVS 2.2.3)', () => {
    const whole = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(fc.integer({ min: 1896, max: 2025 }), whole(14), whole(33), (year, month, day) => {
        const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
        const days = [0, 31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
        const two = (part: number) => String(part).padStart(2, '0');
        const real = day >= 1 && day <= days;
        expect(read(String(year), String(month), String(day))).toBe(
          real ? `${year}-${two(month)}-${two(day)}` : 'person.no-such-day',
        );
      }),
    );
  });

  it('never makes of any text anything but a date or a fault (ASVS 1.4.2)', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (year, month, day) => {
        expect(read(year, month, day)).toMatch(/^(\d{4}-\d\d-\d\d|person\.[a-z-]+)$/);
      }),
    );
  });
});
