import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { Layout, type Page, renderPage } from '../../platform/ui/index.ts';
import { loadCaseCatalogue } from '../../records/cases/index.ts';
import type { CaseWait, WaitingTime } from '../../records/waiting-times/index.ts';
import { testPage } from '../../testing/page.ts';
import { CaseWaitFigure, scaleTo, WaitFigure } from './index.ts';

const now = new Date('2026-11-22T12:00:00Z');
const english = testPage('en', { now });
const catalogue = loadCaseCatalogue(loadAgency(english.agency.folder));

const time: WaitingTime = {
  office: null,
  since: '2025-11-01',
  until: '2026-11-22',
  decided: 214,
  waiting: 96,
  low: 45,
  middle: 98,
  high: 170,
  observed: 300,
};
const wait: CaseWait = { startedOn: '2026-08-02', endedOn: null, outcome: null, office: null, time };

const html = (page: Page, figure: Parameters<typeof Layout>[0]['children']) =>
  /<main[\s\S]*<\/main>/.exec(
    renderPage(
      <Layout page={page} title="x">
        {figure}
      </Layout>,
    ),
  )?.[0] ?? '';
/** What is said, without marks. */
const said = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const ofCase = (changes: Partial<CaseWait> | null, page = english, whose: 'yours' | 'somebodys' = 'yours') =>
  html(
    page,
    <CaseWaitFigure
      page={page}
      form="WORK-4"
      wait={changes === null ? null : { ...wait, ...changes }}
      whose={whose}
      catalogue={catalogue}
    />,
  );

describe('the picture of a wait', () => {
  it('says the same in its sentence, in its marks and in its table', () => {
    const text = said(ofCase({}));
    expect(text).toContain('You have waited 112 days (about 4 months).');
    expect(text).toContain('Half of these applications are decided within 98 days (about 3 months)');
    expect(text).toContain('8 of 10 take 45 to 170 days.');
    expect(text).toContain('You may ask us about it from January 19, 2027 (day 170).');
    for (const mark of ['You: day 112', 'Half: 98', ' 45 ', ' 170 ', 'You may ask from January 19, 2027'])
      expect(text).toContain(mark);
    expect(text).toContain('214 decisions, 96 applications still waiting');
    expect(text).toContain('November 1, 2025 to November 22, 2026');
    expect(text).toContain('All offices');
  });

  it('says it in Spanish', () => {
    const text = said(ofCase({}, testPage('es', { now }), 'somebodys'));
    expect(text).toContain('Este caso ha esperado 112 días (unos 4 meses).');
    expect(text).toContain('Puede preguntarnos por él desde el 19 de enero de 2027 (día 170).');
  });

  it('says that one may ask now, and how, once the day is there', () => {
    const page = ofCase({ startedOn: '2026-01-02' });
    expect(said(page)).toContain('You could ask us about it from June 21, 2026 on (day 170).');
    expect(page).toContain(`href="mailto:${english.agency.contact.email}"`);
  });

  it('of a decided case says how long it took, and of what to ask nothing', () => {
    const text = said(ofCase({ endedOn: '2026-10-01', outcome: 'decided' }));
    expect(text).toContain('We decided after 60 days');
    expect(text).toContain('Decided: day 60');
    expect(text).not.toContain('ask');
    expect(said(ofCase({ endedOn: '2026-10-01', outcome: 'stopped' }))).toContain('without a decision');
  });

  it('says that there are too few, that the office has too few, or that nobody knows the start', () => {
    const few = ofCase({ time: null });
    expect(said(few)).toContain('You have waited 112 days (about 4 months). We made fewer than 50 decisions');
    expect(few).not.toContain('<svg');
    expect(said(ofCase({ office: 'novaria' }))).toContain(
      'Novaria, where this case is, made too few decisions',
    );
    expect(said(ofCase({ office: 'novaria', time: { ...time, office: 'novaria' } }))).not.toContain(
      'where this case is',
    );
    expect(said(ofCase(null))).toContain('We cannot say yet how long this case has waited.');
  });

  it('has no end where more than 1 in 10 are not decided, and no middle where more than half are not', () => {
    const openEnd = said(ofCase({ time: { ...time, high: null } }));
    expect(openEnd).toContain('more than 1 in 10 are not decided after 300 days (about 10 months)');
    expect(openEnd).toContain('45 days or more');
    expect(openEnd).not.toContain('You may ask');
    const openMiddle = said(ofCase({ time: { ...time, middle: null, high: null } }));
    expect(openMiddle).toContain('More than half of these applications take longer than 300 days');
    const nothing = ofCase({ time: { ...time, low: null, middle: null, high: null } });
    expect(said(nothing)).toContain('8 of 10 take more than 300 days');
    expect(nothing).not.toMatch(/NaN|undefined|Infinity|-\d+(\.\d+)?%/);
  });

  it('is mirrored where the language is', () => {
    const mirrored: Page = { ...english, words: { ...english.words, language: 'ar', direction: 'rtl' } };
    const places = (page: Page) =>
      [...ofCase({}, page).matchAll(/<(?:text|circle)[^>]* c?x="([\d.]+)%"/g)].map(([, x]) => Number(x));
    const [plain, other] = [places(english), places(mirrored)];
    expect(plain.length).toBeGreaterThan(8);
    expect(other.map((x) => Math.round(1000 * (100 - x)))).toEqual(plain.map((x) => Math.round(1000 * x)));
    const range = (page: Page) =>
      /<rect[^>]*x="([\d.]+)%"[^>]*width="([\d.]+)%"/.exec(ofCase({}, page))?.slice(1).map(Number) ?? [];
    const [[x = 0, width = 0], [mirroredX = 0]] = [range(english), range(mirrored)];
    expect(mirroredX).toBeCloseTo(100 - x - width, 9);
  });

  it('of a form alone says after how many days one may ask', () => {
    const text = said(
      html(english, <WaitFigure page={english} time={time} catalogue={catalogue} askAfter={200} />),
    );
    expect(text).toContain('You may ask us about yours after 200 days (about 7 months).');
    expect(text).toContain('from day 200');
  });
});

it('says both ends of a short range at once', () => {
  const short = { ...time, low: 20, middle: 25, high: 31 };
  expect(said(ofCase({ startedOn: '2024-01-02', time: short }))).toContain(' 20–31 ');
  const none = { ...time, low: 30, middle: 30, high: 30 };
  expect(said(ofCase({ time: none }))).not.toContain('30–30');
});

it('a line of days has room for each of them, in few steps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 4 }), (days) => {
      const { max, ticks, place } = scaleTo(days);
      expect(ticks.length).toBeLessThanOrEqual(13);
      expect(ticks.length).toBeGreaterThan(1);
      for (const day of [...days, ...ticks]) {
        expect(day).toBeLessThanOrEqual(max);
        expect(place(day)).toBeGreaterThanOrEqual(4);
        expect(place(day)).toBeLessThanOrEqual(96);
      }
      expect(place(0)).toBeLessThan(place(max));
    }),
  );
});
