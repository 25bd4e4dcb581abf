import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStructurallySame, parse } from '@formatjs/icu-messageformat-parser';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../agency/index.ts';
import { checkWords, faultsOfPlurals, loadLanguages, readCatalogue, type WordKey } from './index.ts';
import { makeWords } from './words.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const english = readCatalogue(join(root, 'locales/en'));

describe.each(languages.all.map((words) => [words.language, words] as const))(
  'words in %s',
  (language, words) => {
    const catalogue = readCatalogue(join(root, 'locales', language));

    it('are there for every key of English, and for no other', () => {
      expect([...catalogue.keys()].sort()).toEqual([...english.keys()].sort());
    });

    it('take the same arguments and tags as the English ones', () => {
      for (const [key, message] of catalogue) {
        const { error } = isStructurallySame(parse(english.get(key) ?? ''), parse(message));
        expect([key, error?.message]).toEqual([key, undefined]);
      }
    });

    it('have every plural form of their language, and no other', () => {
      for (const [key, message] of catalogue)
        expect([key, faultsOfPlurals(message, language)]).toEqual([key, []]);
    });

    it('are each said with their arguments filled in, none left over', () => {
      for (const [key, message] of catalogue) {
        if (!isWord(key)) throw new Error(`${key} is no word`);
        const tags = [...message.matchAll(/<(\w+)>/g)].map(([, tag = '']) => tag);
        const drawn = Object.fromEntries(
          tags.map((tag) => [tag, (chunks: unknown) => [chunks].flat().join('')]),
        );
        const said = [words.rich(key, { ...samples(message), ...drawn })].flat().join('');
        expect(said, key).toMatch(/\S/);
        expect(said, key).not.toMatch(/[{}]|undefined|\[object/);
        for (const sample of Object.values(samples(message)))
          if (sample === 'SAMPLE') expect(said, key).toContain(sample);
      }
    });
  },
);

function isWord(key: string): key is WordKey {
  return english.has(key);
}

/** Arguments for a message, by the names and kinds that it uses. */
function samples(message: string): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  const walk = (elements: ReturnType<typeof parse>): void => {
    for (const element of elements) {
      // Kinds of the parser: 1 argument, 2 number, 3 date, 4 time, 5 select, 6 plural, 8 tag.
      if (element.type === 1) values[element.value] = 'SAMPLE';
      if (element.type === 2 || element.type === 6) values[element.value] = 3;
      if (element.type === 5) values[element.value] = 'other';
      if (element.type === 5 || element.type === 6)
        for (const option of Object.values(element.options)) walk(option.value);
      if (element.type === 8) walk(element.children);
    }
  };
  walk(parse(message));
  return values;
}

describe('a language', () => {
  const [en, es] = [languages.get('en'), languages.get('es')];
  const at = new Date('2026-03-01T03:30:00Z');

  it('writes dates and times in the zone of the agency', () => {
    expect(en.date(at)).toBe('February 28, 2026');
    expect(es.date(at)).toBe('28 de febrero de 2026');
    expect(en.time(at)).toMatch(/^10:30\sPM$/);
    expect(en.dateTime(at)).toMatch(/February 28, 2026.*10:30/);
  });

  it('writes a calendar date without any zone', () => {
    expect(en.calendarDate('1988-02-29')).toBe('February 29, 1988');
    expect(es.calendarDate('1988-01-01')).toBe('1 de enero de 1988');
  });

  it.each([
    [1, '1 second', '1 segundo'],
    [0.2, '1 second', '1 segundo'],
    [30, '30 seconds', '30 segundos'],
    [90, '90 seconds', '90 segundos'],
    [91, '2 minutes', '2 minutos'],
    [120, '2 minutes', '2 minutos'],
    [121, '3 minutes', '3 minutos'],
    [5400, '90 minutes', '90 minutos'],
    [5401, '2 hours', '2 horas'],
    [3600, '60 minutes', '60 minutos'],
  ])('says of %d seconds: %s', (seconds, english, spanish) => {
    expect(en.duration(seconds)).toBe(english);
    expect(es.duration(seconds)).toBe(spanish);
  });

  it('names months, countries and lists', () => {
    expect(en.months).toHaveLength(12);
    expect(es.months[0]).toBe('enero');
    expect(es.country('DE')).toBe('Alemania');
    expect(en.list(['a', 'b', 'c'])).toBe('a, b, and c');
    expect(es.list(['a', 'b'])).toBe('a y b');
  });

  it('knows which keys can be said by themselves', () => {
    expect(en.knows('sign-in.title')).toBe(true);
    expect(en.knows('sign-in.wait')).toBe(false);
    for (const key of ['nothing.at-all', '__proto__', 'constructor', '']) expect(en.knows(key)).toBe(false);
  });

  it('is refused when a message is broken, by its key, and without a folder', () => {
    expect(() => makeWords('en', new Map([['a.b', 'Hello {name']]), 'UTC')).toThrow('a.b in en');
    expect(() => loadLanguages(join(root, 'locales'), { ...agency, languages: ['xx'] })).toThrow('xx');
    expect(() => loadLanguages(join(root, 'locales'), { ...agency, languages: [] })).toThrow();
  });

  it.each([
    ['es', 'es'],
    ['es-MX,es;q=0.9,en;q=0.8', 'es'],
    ['fr,en;q=0.5,es;q=0.7', 'es'],
    ['fr', 'en'],
    ['EN-gb', 'en'],
    ['es;q=0,en', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['es;q=1.2.3', 'en'],
    [';;;,,,=', 'en'],
    ['x'.repeat(100_000), 'en'],
  ])('is chosen for Accept-Language %s', (header, language) => {
    expect(languages.negotiate(header).language).toBe(language);
  });
});

describe("an agency's own words", () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-words-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (language: string, file: string, words: Record<string, string>) => {
    mkdirSync(join(folder, 'locales', language), { recursive: true });
    writeFileSync(join(folder, 'locales', language, file), JSON.stringify(words));
  };
  write('en', 'sign-in.json', { title: 'Come in' });
  write('nb', 'sign-in.json', { title: 'Logg inn' });
  const told: string[] = [];
  const own = loadLanguages(
    join(root, 'locales'),
    { folder, languages: ['nb', 'en', 'es'], timeZone: 'UTC' },
    (key, language) => told.push(`${language} ${key}`),
  );

  it("stand over the product's, one by one", () => {
    expect(own.get('en').t('sign-in.title')).toBe('Come in');
    expect(own.get('en').t('ui.other-country')).toBe(en('ui.other-country'));
    expect(own.get('es').t('sign-in.title')).toBe(languages.get('es').t('sign-in.title'));
  });

  it('may be a language that the product lacks, whose missing words are said in English and told once', () => {
    const words = own.get('nb');
    expect(words.t('sign-in.title')).toBe('Logg inn');
    expect(told).toEqual([]);
    for (let times = 0; times < 2; times++) expect(words.t('ui.other-country')).toBe(en('ui.other-country'));
    expect(words.knows('ui.other-country')).toBe(true);
    expect(words.t('sign-in.wait', { time: '5 minutter' })).toContain('5 minutter');
    expect(told).toEqual(['nb ui.other-country', 'nb sign-in.wait']);
  });

  it('are said by their key where no language has them, never failing', () => {
    expect(makeWords('en', new Map(), 'UTC').t('sign-in.title')).toBe('sign-in.title');
  });
});

describe("the check of an agency's own words", () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-check-words-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'locales/pl'), { recursive: true });
  const check = (file: string, words: unknown) => {
    writeFileSync(join(folder, 'locales/pl', file), JSON.stringify(words));
    const report = checkWords(join(root, 'locales'), folder, ['en', 'pl']);
    rmSync(join(folder, 'locales/pl', file));
    return report;
  };

  it.each([
    ['wait: no {time}, which the English word has', { wait: 'Czekaj' }],
    ['wait: {when} is not in the English word', { wait: '{time} {when}' }],
    ['wait: a { has no } that closes it, at letter 8: Czekaj {time', { wait: 'Czekaj {time' }],
    ['wait: <b> is not in the English word', { wait: '<b>{time}</b>' }],
    ['wait: the plural form "few" is missing', { wait: '{time, plural, one {#} many {#} other {#}}' }],
    [
      'wait: the language has no plural form "two"',
      { wait: '{time, plural, one {#} two {#} few {#} many {#} other {#}}' },
    ],
    ['title: must be a text', { title: 1 }],
    ['title: must not be empty', { title: '' }],
  ])('refuses: %s', (reason, words) => {
    expect(check('sign-in.json', words).faults).toEqual([{ file: 'locales/pl/sign-in.json', reason }]);
  });

  it('notes what is missing, what is as in English, and what nobody sees', () => {
    const title = english.get('sign-in.title') ?? '';
    const { faults, notes } = check('sign-in.json', { title, nothing: 'Nic' });
    expect(faults).toEqual([]);
    expect(notes).toEqual([
      { file: 'locales/pl/sign-in.json', reason: 'nothing: no word of Portico, so nobody sees it' },
      {
        file: 'locales/pl',
        reason: expect.stringMatching(/^missing, so said in English \(\d+\): .*sign-in\.wait/),
      },
      { file: 'locales/pl', reason: 'the same as in English, word for word (1): sign-in.title' },
    ]);
  });

  it('refuses a language without any words', () => {
    expect(checkWords(join(root, 'locales'), folder, ['en', 'xx']).faults).toEqual([
      {
        file: 'agency.json',
        reason: 'languages: "xx" has no words, neither in Portico nor in locales/xx of this folder',
      },
    ]);
  });
});

const en = (key: 'ui.other-country'): string => languages.get('en').t(key);
