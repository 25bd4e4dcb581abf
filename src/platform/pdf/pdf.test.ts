import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, describe, expect, it } from 'vitest';
import { paper } from '../../testing/papers.ts';
import { readPdf } from '../../testing/read-pdf.ts';
import { loadAgency } from '../agency/index.ts';
import { type MadePdf, makePdfMaker, type PaperContent, PdfMakerUnavailable, paperLook } from './index.ts';

const agencyFolder = join(import.meta.dirname, '../../../agencies/arcadia');
const look = paperLook(loadAgency(agencyFolder));
const maker = makePdfMaker({ look });
const folder = mkdtempSync(join(tmpdir(), 'portico-pdf-'));
afterAll(async () => {
  await maker.close();
  rmSync(folder, { recursive: true });
});

const made = async (content: PaperContent, by = maker): Promise<MadePdf & { is: 'made' }> => {
  const result = await by.make(content);
  if (result.is === 'failed') throw new Error(result.reason);
  return result;
};
const said = (text: string) => paper({ blocks: [{ is: 'paragraph', runs: [{ text }] }] });
const lineOf = async (text: string) => (await readPdf((await made(said(text))).bytes)).tagged.at(-1);

describe('a PDF', () => {
  it('is PDF/UA-1 with title, language, author, date and every text under its tag in order', async () => {
    const { bytes, sha256, romanised } = await made(paper());
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(romanised).toEqual([]);
    expect(await readPdf(bytes)).toMatchObject({
      pages: 1,
      title: 'We need more papers',
      language: 'en',
      author: 'Arcadia Immigration Service',
      created: 'D:20260312000000Z',
      standard: '<pdfuaid:part>1</pdfuaid:part>',
      alternatives: ['QR code that opens portal.example/verify'],
      tagged: [
        'P: Arcadia Immigration Service',
        'P: Siobhán O’Rourke',
        'P: 27 Harbour Lane',
        'Lbl: Receipt number',
        'P: ARC2190000042',
        'H1: We need more papers',
        'P: We received it on March 2, 2026.',
        'P: Answer by June 9',
        'P: It must be with us.',
        'H2: What we need',
        'Lbl: 1.',
        'LBody: a copy',
        'Lbl: 2.',
        'LBody: a photo',
        'Lbl: Fee paid',
        'P: 365.00',
        'P: Where',
        'P: 14 Lantern Quay',
        'P: Port Vesper',
        'P: Is it genuine?',
        'P: Scan the picture.',
        'P: portal.example/verify',
        'Lbl: Code',
        'P: 7Q4M-1KXD',
      ],
    });
  });

  it('says its page and the number of pages, and takes as many as it needs', async () => {
    const paragraphs = Array.from({ length: 90 }, (_, n) => ({
      is: 'paragraph' as const,
      runs: [{ text: `Paragraph ${n}, which is there to fill a page.` }],
    }));
    const { bytes } = await made(paper({ blocks: paragraphs }));
    const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
    expect(pdf.numPages).toBeGreaterThan(1);
    const last = await (await pdf.getPage(pdf.numPages)).getTextContent();
    const shown = last.items.map((item) => ('str' in item ? item.str : '')).join('');
    expect(shown).toContain(`Page ${pdf.numPages} of ${pdf.numPages}`);
    await pdf.destroy();
  });

  it('is A4 or Letter', async () => {
    const sizeOf = async (bytes: Uint8Array) => {
      const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
      const { view } = await pdf.getPage(1);
      await pdf.destroy();
      return view.map(Math.round);
    };
    const letter = makePdfMaker({ look: { ...look, paper: 'us-letter' } });
    expect(await sizeOf((await made(paper())).bytes)).toEqual([0, 0, 595, 842]);
    expect(await sizeOf((await made(paper(), letter)).bytes)).toEqual([0, 0, 612, 792]);
    await letter.close();
  });

  it('is the same file from the same content, also of another process, and another one from other content', async () => {
    const first = await made(paper());
    await made(paper({ title: 'Something else', language: 'es' }));
    expect((await made(paper())).sha256).toBe(first.sha256);
    expect((await made(paper({ issued: '2026-03-13' }))).sha256).not.toBe(first.sha256);
    const script = join(folder, 'elsewhere.mjs');
    const elsewhere = `
      const { makePdfMaker, paperLook } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url))});
      const { loadAgency } = await import(${JSON.stringify(new URL('../agency/index.ts', import.meta.url))});
      const maker = makePdfMaker({ look: paperLook(loadAgency(${JSON.stringify(agencyFolder)})) });
      const result = await maker.make(${JSON.stringify(paper())});
      process.stdout.write(result.sha256);
      await maker.close();`;
    const env = { ...process.env, TZ: 'Pacific/Auckland', LANG: 'ar_EG.UTF-8' };
    writeFileSync(script, elsewhere);
    const other = execFileSync(process.execPath, [script], { env });
    expect(other.toString()).toBe(first.sha256);
  });

  it.each([
    ['Vietnamese', 'Nguyễn Thị Ánh, Servicio, office, fin'],
    ['Turkish and Polish', 'Şükrü İğdır, Łódź, Čapek'],
    ['Yoruba with marks that have no letter of their own', 'Ọlọ́run Adébáyọ̀'],
    ['Cyrillic and Greek', 'Ёлкин Ігор, Αθηνά'],
    ['Devanagari', 'हिन्दी नाम श्री'],
    ['letters that Typst and JSON mean something by', '#let x = 1 $y$ *z* _w_ "q" \\u{1} <b> `r` @s'],
  ])('keeps %s letter for letter', async (_, text) => {
    expect(await lineOf(text)).toBe(`P: ${text.normalize('NFC')}`);
    expect((await made(said(text))).romanised).toEqual([]);
  });

  it('keeps a name of the other direction in one piece, in the order in which it is read', async () => {
    const name = 'عبد الرحمن بن يوسف';
    const runs = [{ text: 'For ' }, { text: name, direction: 'rtl' as const }, { text: ', A204118835.' }];
    const { bytes } = await made(paper({ blocks: [{ is: 'paragraph', runs }] }));
    expect((await readPdf(bytes)).tagged.at(-1)).toBe(`P: For ${name}, A204118835.`);
  });

  it('leaves out what has no meaning on paper and would turn text around', async () => {
    expect(await lineOf('a\u0000b\u202ec\u2066d\ud800')).toBe('P: abcd');
  });

  it('appears with Latin letters and a note where no font has the letters, and says which', async () => {
    const { bytes, romanised } = await made(
      paper({
        recipient: [{ text: '陈雨桐 Smith' }],
        blocks: [{ is: 'paragraph', runs: [{ text: 'For 김철수 and გიორგი.' }] }],
      }),
    );
    const { tagged } = await readPdf(bytes);
    expect(tagged).toContain('P: Chen Yu Tong* Smith');
    expect(tagged.slice(-2)).toEqual(['P: For GimCheolSu* and giorgi.*', 'P: * Written in Latin letters.']);
    expect(romanised).toEqual([
      { text: '陈雨桐', as: 'Chen Yu Tong', missing: ['U+9648', 'U+96E8', 'U+6850'] },
      { text: '김철수', as: 'GimCheolSu', missing: ['U+AE40', 'U+CCA0', 'U+C218'] },
      expect.objectContaining({ text: 'გიორგი.', as: 'giorgi.' }),
    ]);
  });

  it('appears whatever the text is', async () => {
    const texts = ['👩‍👩‍👧 𝒜', '\ue000\uffff', '\u0301\u0301', '\u202e', 'ܡܪܝܐ 𞤀𞤁', '\n\n\t', 'עִבְרִית', ''];
    for (const text of texts) expect(await maker.make(said(text))).toMatchObject({ is: 'made' });
    const anything = fc.record({
      text: fc.string({ unit: 'binary', maxLength: 60 }),
      direction: fc.constantFrom('ltr', 'rtl'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 5 }), async (runs) => {
        const content = paper({ recipient: runs, blocks: [{ is: 'paragraph', runs }] });
        expect(await maker.make(content)).toMatchObject({ is: 'made' });
      }),
      { numRuns: 100 },
    );
  });

  it('keeps a word that is longer than a line on the page', async () => {
    const word = 'abcdefghij'.repeat(30);
    const line = await lineOf(word);
    expect(line?.replaceAll('\u200b', '')).toBe(`P: ${word}`);
    expect((await shownAt(word)).right).toBeLessThan(595 - 60);
  });
});

/** Where the text of a paper ends on its first page, in points. */
async function shownAt(text: string): Promise<{ right: number }> {
  const pdf = await getDocument({ data: new Uint8Array((await made(said(text))).bytes), verbosity: 0 })
    .promise;
  const { items } = await (await pdf.getPage(1)).getTextContent();
  await pdf.destroy();
  return { right: Math.max(...items.map((item) => ('str' in item ? item.transform[4] + item.width : 0))) };
}

describe('a maker', () => {
  it('says why when a paper cannot be made, and goes on', async () => {
    const failed = await maker.make(paper({ issued: 'never' }));
    expect(failed).toMatchObject({ is: 'failed', reason: expect.stringContaining('never') });
    expect(await maker.make(paper())).toMatchObject({ is: 'made' });
  });

  it('ends what takes too long, and starts again', async () => {
    const hurried = makePdfMaker({ look, timeLimit: 1 });
    const huge = Array.from({ length: 5_000 }, () => ({ is: 'heading' as const, text: 'x'.repeat(200) }));
    await expect(hurried.make(paper({ blocks: huge }))).rejects.toThrow(
      expect.objectContaining({ why: 'ended', message: 'no PDF was made: not done within 1 ms' }),
    );
    await hurried.close();
    await expect(hurried.make(paper())).rejects.toThrow(PdfMakerUnavailable);
  });

  it('that is closed says so of what it was at, and never that the paper is wrong', async () => {
    const closed = makePdfMaker({ look });
    const under = Promise.allSettled([closed.make(paper()), closed.make(paper({ title: 'Waits' }))]);
    await closed.close();
    for (const each of await under)
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'Error', why: 'closed' } });
  });

  it('does not grow with what it made', async () => {
    const some = async (from: number, count: number) => {
      for (let n = from; n < from + count; n++) await made(paper({ title: `Notice ${n}` }));
      return process.memoryUsage().rss;
    };
    const before = await some(0, 50);
    const after = await some(50, 300);
    expect((after - before) / 2 ** 20).toBeLessThan(60);
  });
});
