import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agency, loadAgency } from '../../platform/agency/index.ts';
import { loadLanguages, makeWords } from '../../platform/i18n/index.ts';
import { loadFonts, makePdfMaker, paperLook } from '../../platform/pdf/index.ts';
import { readPdf } from '../../testing/read-pdf.ts';
import {
  composeNotice,
  loadTemplates,
  missingGlyphs,
  type NoticeData,
  parseNoticeFields,
  proofs,
  readTemplates,
  sampleData,
} from './index.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const form = { en: 'Work permit', es: 'Permiso de trabajo' };
const maker = makePdfMaker({ look: paperLook(agency) });
const folder = mkdtempSync(join(tmpdir(), 'portico-notices-'));
afterAll(async () => {
  await maker.close();
  rmSync(folder, { recursive: true });
});

const one = {
  id: 'moved',
  kind: 'letter',
  name: { en: 'Notice', es: 'Aviso' },
  versions: [
    {
      version: 1,
      fields: {
        by: { type: 'date', sample: '2026-06-09' },
        who: { type: 'name', sample: 'Ann' },
        months: { type: 'number', sample: 2 },
        papers: { type: 'list', sample: ['a'] },
        place: { type: 'address', sample: ['Street 1'] },
        note: { type: 'text', optional: true, sample: { en: 'x', es: 'y' } },
      },
      title: { en: 'Answer by {by}', es: 'Responda antes del {by}' },
      blocks: [
        {
          is: 'paragraph',
          words: {
            en: '<b>{who}</b> has {months, plural, one {# month} other {# months}} for {papers}.',
            es: '<b>{who}</b> tiene {months, plural, one {# mes} other {# meses}} para {papers}.',
          },
        },
        { is: 'paragraph', words: { en: 'Note: {note}', es: 'Nota: {note}' }, when: 'note' },
        { is: 'list-of', field: 'papers' },
        { is: 'address', label: { en: 'Where', es: 'Dónde' }, field: 'place' },
      ],
    },
  ],
};
type Template = typeof one;
const [version] = one.versions;
const kinds = { kinds: [{ code: 'letter', name: { en: 'Letters', es: 'Cartas' } }] };

/** Reads an agency with this one template. */
function reading(template: unknown, documentKinds: unknown = kinds) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, 'fixtures/arabic'), folder, { recursive: true });
  rmSync(join(folder, 'notices/appointment.json'));
  writeFileSync(join(folder, 'document-kinds.json'), JSON.stringify(documentKinds));
  writeFileSync(
    join(folder, 'notices/moved.json'),
    typeof template === 'string' ? template : JSON.stringify(template),
  );
  return readTemplates(folder, ['en', 'es']);
}
const faultsOf = (template: unknown) =>
  reading(template)
    .faults.map(({ file, reason }) => `${file}: ${reason}`)
    .join('\n');
const changed = (changes: Record<string, unknown>, of: Partial<Template> = {}) => ({
  ...one,
  ...of,
  versions: [{ ...version, ...changes }],
});

describe('templates', () => {
  it('are read with their kinds, the current version and a hash of all that they say', () => {
    const { templates, faults } = reading(one);
    expect(faults).toEqual([]);
    expect(templates.kinds.get('letter')?.name).toEqual({ en: 'Letters', es: 'Cartas' });
    const current = templates.find('moved');
    expect(current).toMatchObject({ template: 'moved', version: 1, kind: 'letter' });
    expect(templates.find('moved', 1)).toBe(current);
    expect(templates.find('moved', 2)).toBeUndefined();
    expect(templates.find('nothing')).toBeUndefined();
    const reordered = { ...one, versions: [Object.fromEntries(Object.entries(version ?? {}).reverse())] };
    expect(reading(reordered).templates.find('moved')?.hash).toBe(current?.hash);
    const other = changed({ title: { en: 'Reply by {by}', es: 'Responda antes del {by}' } });
    expect(reading(other).templates.find('moved')?.hash).not.toBe(current?.hash);
  });

  it('keep older versions beside the current one', () => {
    const two = {
      ...one,
      versions: [version, { ...version, version: 2, title: { en: 'By {by}', es: 'El {by}' } }],
    };
    const { templates, faults } = reading(two);
    expect(faults).toEqual([]);
    expect(templates.find('moved')?.version).toBe(2);
    expect(templates.find('moved', 1)?.title['en']).toBe('Answer by {by}');
    expect(faultsOf({ ...one, versions: [{ ...version, version: 2 }] })).toContain(
      'without a gap: 2 is at 1',
    );
  });

  const words = (en: string, es = en, more: object = {}) =>
    changed({ blocks: [...(version?.blocks ?? []), { is: 'paragraph', words: { en, es }, ...more }] });

  const sampled = (name: 'place' | 'papers', sample: unknown) =>
    changed({ fields: { ...version?.fields, [name]: { ...version?.fields[name], sample } } });

  it.each<[string, unknown]>([
    ['notices/moved.json: is not valid JSON: it ends too early', '{'],
    ['colour', { ...one, colour: 'red' }],
    ['its id is "other", which is not the name of the file', { ...one, id: 'other' }],
    ['no kind "decree" in document-kinds.json', { ...one, kind: 'decree' }],
    ['asks: "nobody" is no day that every notice has', { ...one, asks: { is: 'answer', day: 'nobody' } }],
    ['asks: "who" is no day that every notice has', { ...one, asks: { is: 'answer', day: 'who' } }],
    ['name: no es', { ...one, name: { en: 'Notice' } }],
    ['version 1: title: no es', changed({ title: { en: 'Answer by {by}' } })],
    ['version 1: block 5, en: no field "nobody"', words('{nobody}')],
    ['block 5, es: no {by}, which another language has', words('By {by}', 'Antes')],
    ['block 5, en: a { has no } that closes it, at letter 1: {by', words('{by')],
    ['block 5, en: no tag but <b>: <i>', words('<i>x</i>')],
    ['{who} is of type name and can only be put in as it is', words('{who, plural, other {x}}')],
    [
      'block 5, es: the language has no plural form "few"',
      words('x', '{by, plural, one {x} few {x} other {x}}'),
    ],
    ['{receipt} can only be put in as it is', words('{receipt, number}')],
    ['{place} is an address: it needs a block of its own', words('{place}')],
    ['block 5: {note} is optional; say "when": "note"', words('{note}')],
    ['block 5: "when" names "by", which is no optional field', words('x', 'x', { when: 'by' })],
    ['block 1: "who" is no field of type list', changed({ blocks: [{ is: 'list-of', field: 'who' }] })],
    ['field "place": nothing uses it', changed({ blocks: version?.blocks.slice(0, 3) })],
    [
      'field "receipt": every notice has it already',
      changed({ fields: { ...version?.fields, receipt: { type: 'receipt', sample: 'ARC2190000042' } } }),
    ],
    [
      'field "b": it is called like the tag <b>',
      changed({ fields: { ...version?.fields, b: { type: 'text', sample: 'x' } } }),
    ],
    [
      'field "by": the sample: ',
      changed({ fields: { ...version?.fields, by: { type: 'date', sample: '9 June' } } }),
    ],
    ['field "place": the sample: no es', sampled('place', ['Quay 14', { en: 'Floor 2' }])],
    [
      'field "papers": the sample: "fr" is none of the agency\'s languages',
      sampled('papers', [{ en: 'a', es: 'b', fr: 'c' }]),
    ],
    ['type', changed({ fields: { ...version?.fields, by: { type: 'moon', sample: 1 } } })],
    ['block 5, en: write without vowel signs', words('يُرجى')],
  ])('are refused with the file and the reason: %s', (reason, template) => {
    const said = faultsOf(template);
    expect(said).toContain('notices/moved.json: ');
    expect(said).toContain(reason);
  });

  it('are refused with every fault at once when they are loaded', () => {
    reading({ ...one, name: { en: 'Notice' }, kind: 'decree' });
    expect(() => loadTemplates(folder, ['en', 'es'])).toThrow(/decree[\s\S]*name: no es/);
    const { faults } = reading(one, { kinds: [...kinds.kinds, { code: 'letter', name: { en: 'x' } }] });
    expect(faults.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['kind "letter" is there twice', 'kind "letter": no es']),
    );
  });

  it('name the letters that no font has', () => {
    const { templates } = reading(words('陈 for {by}', 'Ok {by}'));
    expect(missingGlyphs(templates, ['en', 'es'], loadFonts())).toEqual([
      { file: 'notices/moved.json', reason: 'version 1: block 5, en: no font has "陈"' },
    ]);
  });
});

describe('fields', () => {
  const given = { by: '2026-06-09', who: 'Ann', months: 1, papers: ['a'], place: ['b'] };
  const current = reading(one).templates.find('moved');
  if (current === undefined) throw new Error('no template');

  it('are read by the types of the template', () => {
    expect(parseNoticeFields(current, given)).toMatchObject({ is: 'fields' });
    expect(parseNoticeFields(current, { ...given, note: 'x' })).toMatchObject({ is: 'fields' });
  });

  it.each<[string, unknown]>([
    ['by: missing', { ...given, by: undefined }],
    ['by: not a date such as 2026-06-09', { ...given, by: '2026-02-30' }],
    ['who: not a text of 1 to 2000 characters', { ...given, who: 7 }],
    ['who: not a text of 1 to 2000 characters', { ...given, who: '   ' }],
    ['who: not a text of 1 to 2000 characters', { ...given, who: { en: 'Ann', es: 'Ana' } }],
    ['months: not a whole number from 0 to 1000000', { ...given, months: 1.5 }],
    ['papers: not a list of 1 to 50 texts', { ...given, papers: [] }],
    ['papers: not a list of 1 to 50 texts', { ...given, papers: 'Bill' }],
    ['papers: item 2: not a text of 1 to 2000 characters', { ...given, papers: ['a', { en: ' ' }] }],
    ['place: not a list of 1 to 8 lines', { ...given, place: Array.from({ length: 9 }, () => 'x') }],
    ['note: not a text of 1 to 2000 characters, or one such text for each', { ...given, note: {} }],
    ['extra: the template has no such field', { ...given, extra: 1 }],
    ['constructor: the template has no such field', { ...given, constructor: 1 }],
    ['not an object', null],
    ['not an object', 'x'],
  ])('are refused with the field and why: %s', (reason, fields) => {
    const parsed = parseNoticeFields(current, fields);
    expect(parsed.is === 'faults' ? parsed.faults.join('\n') : '').toContain(reason);
  });
});

describe('a notice', () => {
  const current = reading(one).templates.find('moved');
  if (current === undefined) throw new Error('no template');
  const compose = (fields: Record<string, unknown>, language = 'en') => {
    const parsed = parseNoticeFields(current, {
      by: '2026-06-09',
      who: 'Ann',
      months: 1,
      papers: ['Bill', 'يوسف'],
      place: ['14 Quay', 'بيروت'],
      ...fields,
    });
    if (parsed.is === 'faults') throw new Error(parsed.faults.join());
    const data: NoticeData = { ...sampleData(current, { agency, form }), fields: parsed.fields };
    return composeNotice(current, data, { words: languages.get(language), agency });
  };

  it('says the words of its template with what was put in as text of its own', () => {
    const { blocks, title, facts } = compose({ who: '<b>{by}</b> #' });
    expect(title).toBe('Answer by June 9, 2026');
    expect(facts.map(({ label }) => label)).toEqual(['Date', 'Receipt number', 'Form']);
    expect(blocks.slice(0, 3)).toEqual([
      {
        is: 'paragraph',
        runs: [
          { text: '<b>{by}</b> #', strong: true },
          { text: ' has 1 month for ' },
          { text: 'Bill' },
          { text: ' and ' },
          { text: 'يوسف', direction: 'rtl' },
          { text: '.' },
        ],
      },
      { is: 'list', ordered: false, items: [[{ text: 'Bill' }], [{ text: 'يوسف', direction: 'rtl' }]] },
      { is: 'address', label: 'Where', lines: [{ text: '14 Quay' }, { text: 'بيروت', direction: 'rtl' }] },
    ]);
  });

  it('has the lines of an address in its language, beside those that are the same in all', () => {
    const place = ['14 Quay', { en: 'Floor 2', es: 'Piso 2' }, { en: 'By the river' }, 'بيروت'];
    expect(compose({ place }, 'es').blocks[2]).toEqual({
      is: 'address',
      label: 'Dónde',
      lines: [
        { text: '14 Quay' },
        { text: 'Piso 2' },
        { text: 'By the river', language: 'en' },
        { text: 'بيروت', direction: 'rtl' },
      ],
    });
  });

  it('says everything in its language, and marks what there is in another one only', () => {
    const { blocks, title, footer } = compose({ months: 3, note: { fr: 'Voilà' } }, 'es');
    expect(title).toBe('Responda antes del 9 de junio de 2026');
    expect(blocks[1]).toEqual({
      is: 'paragraph',
      runs: [{ text: 'Nota: ' }, { text: 'Voilà', language: 'fr' }],
    });
    expect(JSON.stringify(blocks[0])).toContain('3 meses');
    expect(footer.join()).toContain('Arcadia es un país ficticio');
  });

  it('says how and where to papers are sent, as the agency does, or whom to ask', () => {
    const found = reading(changed({ blocks: [...(version?.blocks ?? []), { is: 'where-to-send' }] }));
    expect(found.faults).toEqual([]);
    const template = found.templates.find('moved');
    if (template === undefined) throw new Error('no template');
    const sample = sampleData(template, { agency, form });
    const blocksWith = (papers: Agency['contact']['papers']) =>
      composeNotice(template, sample, {
        words: languages.get('es'),
        agency: { ...agency, contact: { ...agency.contact, papers } },
      }).blocks.slice(3, -3);
    const how = { en: 'By mail.', es: 'Por correo.' };
    const said = { is: 'paragraph', runs: [{ text: 'Por correo.' }] };
    expect(blocksWith({ how, address: ['1 Quay', 'Port'] })).toEqual([
      expect.anything(),
      said,
      { is: 'address', label: 'Nuestra dirección', lines: [{ text: '1 Quay' }, { text: 'Port' }] },
    ]);
    expect(blocksWith({ how })).toEqual([expect.anything(), said]);
    expect(JSON.stringify(blocksWith(undefined))).toContain(agency.contact.email);
  });

  it('ends with whom to ask and how it is checked', () => {
    expect(compose({}).blocks.slice(-3)).toMatchObject([
      { is: 'heading', text: 'Questions?' },
      { is: 'paragraph' },
      { is: 'verification', typed: 'portal.example/verify', url: expect.stringContaining('code=') },
    ]);
  });
});

describe('the notices of the demonstration', () => {
  it('are made in each language, tagged, with all of their words and nothing else', async () => {
    const templates = loadTemplates(agency.folder, agency.languages);
    const all = [];
    for await (const { template, language, made } of proofs(templates, { agency, languages, form, maker })) {
      if (made.is === 'failed') throw new Error(`${template.id} ${language}: ${made.reason}`);
      expect(made.romanised).toEqual([]);
      const read = await readPdf(made.bytes);
      const content = composeNotice(template.current, sampleData(template.current, { agency, form }), {
        words: languages.get(language),
        agency,
      });
      expect(read).toMatchObject({ title: content.title, language });
      expect(read.tagged).toContain(`H1: ${content.title}`);
      for (const block of content.blocks)
        if (block.is === 'paragraph')
          expect(read.tagged).toContain(`P: ${block.runs.map(({ text }) => text).join('')}`);
      all.push(`${template.id}.${language}`);
    }
    expect(all).toHaveLength(16);
  });

  it('have no letter that no font has', () => {
    const templates = loadTemplates(agency.folder, agency.languages);
    expect(missingGlyphs(templates, agency.languages, loadFonts())).toEqual([]);
  });
});

describe('a notice in Arabic', () => {
  const fixture = join(import.meta.dirname, 'fixtures/arabic');
  const words = makeWords(
    'ar',
    new Map(Object.entries(JSON.parse(readFileSync(join(fixture, 'words.json'), 'utf8')))),
    agency.timeZone,
  );
  const arabic = {
    ...agency,
    name: { ar: 'دائرة الهجرة في أركاديا' },
    country: { ar: 'أركاديا' },
    contact: { ...agency.contact, hours: { ar: 'من الاثنين إلى الجمعة، من 8:00 إلى 18:00' } },
  };
  let read: Awaited<ReturnType<typeof readPdf>>;
  beforeAll(async () => {
    const version = loadTemplates(fixture, ['ar']).find('appointment');
    if (version === undefined) throw new Error('no template');
    const data = {
      ...sampleData(version, { agency: arabic, form: { ar: 'طلب الجنسية' } }),
      recipient: { name: 'عبد الرحمن بن يوسف', address: ['27 Harbour Lane, Flat 3'] },
    };
    const made = await maker.make(composeNotice(version, data, { words, agency: arabic }));
    if (made.is === 'failed') throw new Error(made.reason);
    read = await readPdf(made.bytes);
  });

  it('has its letters and words in the order in which they are read, with numbers and names in between', () => {
    expect(read).toMatchObject({ language: 'ar', title: 'يرجى الحضور لأخذ بصماتك وصورتك' });
    expect(read.tagged.slice(0, 16)).toEqual([
      'P: دائرة الهجرة في أركاديا',
      'P: عبد الرحمن بن يوسف',
      'P: 27 Harbour Lane, Flat 3',
      'Lbl: التاريخ',
      'P: 12 مارس 2026',
      'Lbl: رقم الإيصال',
      'P: ARC2190000042',
      'Lbl: النموذج',
      'P: طلب الجنسية',
      'H1: يرجى الحضور لأخذ بصماتك وصورتك',
      "P: نحتاج إلى بصمات Siobhán O'Rourke وصورته لمتابعة الطلب ARC2190000042، ولا تستغرق الزيارة سوى 20 دقيقة.",
      'P: موعدك',
      'P: الثلاثاء، 14 أبريل 2026، الساعة 9:30 ص',
      'P: المكان',
      'P: دائرة الهجرة',
      'P: 14 Lantern Quay, Floor 2',
    ]);
    expect(read.tagged).toContain('P: 3 أسابيع');
    expect(read.tagged).toContain('P: اتصل على 555-0142 من 8:00 إلى 18:00');
  });
});
