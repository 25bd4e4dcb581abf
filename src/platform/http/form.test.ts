import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testPage } from '../../testing/page.ts';
import {
  type FormSchema,
  fieldsToKeep,
  line,
  nameLine,
  optionalLine,
  optionalLines,
  optionalName,
  parseForm,
  secret,
  secretLine,
  typedFields,
} from './form.ts';

const MISSING = 'sign-in.identifier-missing';
const field = line({ missing: MISSING, most: 10 });
const said = (value: unknown, schema: FormSchema = field) => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : parsed.error.issues[0]?.message;
};

describe('a line', () => {
  it.each([
    ['  Quill ', 'Quill'],
    ['e\u0301', 'é'],
    ['Ngọc', 'Ngọc'],
    ['علی‌رضا', 'علی‌رضا'],
    ['0123456789', '0123456789'],
    ['🜁🜂🜃🜄🝆🝇🝈🝉🝊🝋', '🜁🜂🜃🜄🝆🝇🝈🝉🝊🝋'],
    ['<b>&"\'', '<b>&"\''],
    ['01234567890', 'form.too-long'],
    ['x'.repeat(60_000), 'form.too-long'],
    ['', MISSING],
    [' \t\n ', MISSING],
    [undefined, MISSING],
    [null, MISSING],
    [7, MISSING],
    [{ length: 3 }, MISSING],
    [['a'], 'form.given-twice'],
    [['a', 'b'], 'form.given-twice'],
    ['a\u0000b', 'form.unfit-characters'],
    ['a\nb', 'form.unfit-characters'],
    ['a\rb', 'form.unfit-characters'],
    ['a\u007fb', 'form.unfit-characters'],
    ['a\u0085b', 'form.unfit-characters'],
    ['a\u202eb', 'ab'],
    ['a\u2066b', 'ab'],
    ['a\u200fb', 'ab'],
    ['a\u2028b', 'form.unfit-characters'],
    ['a\ud800b', 'form.unfit-characters'],
    ['a\ufeffb', 'ab'],
    ['\u200ba\u00adb\u2060', 'ab'],
    ['a\u00a0\u00a0b', 'a b'],
    ['\u3164', MISSING],
  ])('reads %j as %j (ASVS 1.3.3, 2.2.1, 15.3.5)', (value, expected) => {
    expect(said(value)).toBe(expected);
  });

  it('is short, trimmed, composed and without hidden characters, or refused (ASVS 1.1.1, 2.2.1)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (value) => {
        const parsed = field.safeParse(value);
        if (!parsed.success) return;
        const text = parsed.data;
        expect([...text].length).toBeLessThanOrEqual(10);
        expect(text).toBe(text.trim().normalize('NFC'));
        expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b\u00ad\u2060\ufeff]/u);
        expect(text.isWellFormed()).toBe(true);
        expect(said(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a name', () => {
  const needed = nameLine({ missing: 'person.name-missing', most: 10 });
  const optional = optionalName({ most: 10 });

  it.each([
    ['  Quill\u200b ', 'Quill'],
    ['ＱＵＩＬＬ', 'QUILL'],
    ['علی‌رضا', 'علی‌رضا'],
    ['Laptop 2', 'Laptop 2'],
    ['\u2800', 'form.no-letter'],
    ['\u3164', 'form.no-letter'],
    ['.', 'form.no-letter'],
    ['---', 'form.no-letter'],
    ['\u{1f44d}', 'form.no-letter'],
    ['7', 'form.no-letter'],
    ['\u200d', 'form.no-letter'],
    ['Qu\u0000ill', 'form.unfit-characters'],
    ['x'.repeat(11), 'form.too-long'],
    [['a', 'b'], 'form.given-twice'],
  ])('is read of %j as %j', (value, expected) => {
    expect(said(value, needed)).toBe(expected);
    expect(said(value, optional)).toBe(expected);
  });

  it('is missing only where nothing was typed', () => {
    for (const nothing of ['', '  ', undefined]) {
      expect(said(nothing, needed)).toBe('person.name-missing');
      expect(said(nothing, optional)).toBeNull();
    }
  });
});

describe('an answer of several lines', () => {
  const lines = optionalLines({ most: 30 });

  it.each([
    [' one\u200b \r\n\r\n  two\u00a0 \n', 'one\n\ntwo'],
    ['\u200b\n', null],
    ['a\u0000b', 'form.unfit-characters'],
  ])('is tidied line by line: %j is %j', (value, expected) => {
    expect(said(value, lines)).toBe(expected);
  });
});

describe('a secret', () => {
  const password = secret({ missing: 'sign-in.password-missing', most: 12 });

  it('is kept exactly as it was typed (ASVS 6.2.8)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }), (text) => {
        expect(said(text, password)).toBe(text);
      }),
    );
  });

  it.each([
    ['', 'sign-in.password-missing'],
    [undefined, 'sign-in.password-missing'],
    [{}, 'sign-in.password-missing'],
    [['a', 'a'], 'form.given-twice'],
    ['x'.repeat(13), 'form.too-long'],
  ])('refuses %j', (value, expected) => {
    expect(said(value, password)).toBe(expected);
  });
});

const { words } = testPage();
const parse = (form: FormSchema, body: unknown) => parseForm(form, { body, words, noted: undefined });

describe('what is shown again', () => {
  it('is never a secret, a token or a hidden character', () => {
    const body = {
      name: 'a\u202eb\0c',
      password: 'p',
      code: '1',
      _csrf: 't',
      twice: ['x', 'y'],
      deep: { a: 'b' },
    };
    const form = z.object({
      name: optionalLine(),
      password: secret({ missing: 'sign-in.password-missing' }),
      code: secretLine({ missing: 'sign-up.code-missing' }),
    });
    expect(parse(form, body).typed).toEqual({ name: 'abc', twice: 'x' });
    expect(parse(form.transform(({ code }) => code).optional(), body).typed).toEqual({
      name: 'abc',
      twice: 'x',
    });
  });

  it('is cut to a length, never in the middle of a character', () => {
    const { long = '' } = typedFields({ long: '🜁'.repeat(15_000) });
    expect(long.length).toBeLessThanOrEqual(20_000);
    expect(long.isWellFormed()).toBe(true);
  });

  it('is empty for what is not a form', () => {
    for (const body of [undefined, null, 7, 'text', []]) expect(typedFields(body)).toEqual({});
  });

  it('does not reach the prototype (ASVS 15.3.6)', () => {
    const body: unknown = JSON.parse('{"__proto__": "x", "constructor": "y", "a": "z"}');
    const typed = typedFields(body);
    expect(Object.getPrototypeOf(typed)).toBe(Object.prototype);
    expect(typed['a']).toBe('z');
    expect(Object.prototype).not.toHaveProperty('a');
  });
});

describe('what is kept', () => {
  const Named = z.object({
    name: optionalLine(),
    password: secret({ missing: 'sign-in.password-missing' }),
    code: secretLine({ missing: 'sign-up.code-missing' })
      .refine((code) => code.length > 2)
      .transform(Number)
      .nullable()
      .catch(null),
  });
  const typed = { name: 'Ngọc', password: 'p', code: '1', note: 'n', _csrf: 't', 'own-1': 'on' };

  it('is what the form has as a field that is no secret, whatever rules stand on it (ASVS 14.2.2)', () => {
    expect(fieldsToKeep([Named], typed)).toEqual({ name: 'Ngọc' });
    expect(fieldsToKeep([z.preprocess((body) => body, Named)], typed)).toEqual({ name: 'Ngọc' });
    expect(fieldsToKeep([Named.refine(() => true).transform(({ name }) => name)], typed)).toEqual({
      name: 'Ngọc',
    });
  });

  it('is nothing where no form is known', () => {
    expect(fieldsToKeep([], typed)).toEqual({});
  });

  it('is never what is a secret in any of several forms', () => {
    const forms = [Named, z.object({ password: optionalLine(), note: optionalLine() })];
    expect(fieldsToKeep(forms, typed)).toEqual({ name: 'Ngọc', note: 'n' });
  });

  it('is what has a name of the form where its fields are not known one by one', () => {
    expect(fieldsToKeep([z.record(z.string().startsWith('own-'), z.unknown())], typed)).toEqual({
      'own-1': 'on',
    });
    const answers = z.record(z.string(), secretLine({ missing: 'sign-up.code-missing' }));
    expect(fieldsToKeep([answers], typed)).toEqual({});
  });

  it('is not guessed of a form whose fields cannot be told', () => {
    expect(() => fieldsToKeep([z.unknown()], typed)).toThrow('a form is an object');
  });
});
