import { beforeAll, describe, expect, it } from 'vitest';
import { linkCase } from '../../records/cases/index.ts';
import { testApp } from '../../testing/app.ts';
import { agencySays } from '../../testing/documents.ts';
import { signIn, signUp } from '../../testing/people.ts';

const app = await testApp();
const [ONE, OTHER] = ['ARC2190000042', 'ARC2190000043'] as const;
const DAY = 24 * 3600;
let owner: Awaited<ReturnType<typeof signUp>>;
let serial = 0;

const move = (receipt: string) => ({
  id: `s${++serial}`,
  receipt,
  form: 'NAT-1',
  at: app.clock.now().toISOString(),
  status: serial > 2 ? 'under-review' : 'case-received',
  person: { family: 'Nguyễn', given: 'Mai', born: '1989-04-17', birthCountry: 'VN' },
});

/** The receipts of which a home page lists news. */
const newsOn = (body: string) => {
  const [list = ''] = /<ul class="portico-news">[\s\S]*?<\/ul>/.exec(body) ?? [];
  return [...list.matchAll(/href="\/cases\/(ARC\d{10})/g)].map(([, receipt]) => receipt);
};

async function visitHome(): Promise<readonly (string | undefined)[]> {
  const { visit } = await signIn(app, owner);
  return newsOn((await visit.get('/home')).body);
}

beforeAll(async () => {
  owner = await signUp(app);
  const { visit } = await signIn(app, owner);
  await visit.get('/home');
  const { id: accountId } = await app.database.selectFrom('account').select('id').executeTakeFirstOrThrow();
  await agencySays(app, [move(ONE), move(OTHER)]);
  for (const receipt of [ONE, OTHER])
    await linkCase(app.database, { accountId, receipt, how: 'claimed', at: app.clock.now() });
  await visit.get('/home');
  app.clock.advance(DAY);
});

describe('what is new on home', () => {
  it('stays new where only a page that was left open has drawn it', async () => {
    const { visit } = await signIn(app, owner);
    await visit.get('/home');
    app.clock.advance(20 * 60);
    await agencySays(app, [move(ONE)]);
    const drawn = await visit.get('/home', { 'portico-by-itself': '1' });
    expect(newsOn(drawn.body)).toEqual([ONE]);
    app.clock.advance(DAY);
    expect(await visitHome()).toEqual([ONE]);
  });

  it('stays new where only another case was looked at', async () => {
    app.clock.advance(DAY);
    await visitHome();
    app.clock.advance(DAY);
    await agencySays(app, [move(OTHER)]);
    const { visit } = await signIn(app, owner);
    expect((await visit.get(`/cases/${ONE}`)).statusCode).toBe(200);
    app.clock.advance(DAY);
    expect(await visitHome()).toEqual([OTHER]);
  });

  it('is new no more on the visit after the one that showed it', async () => {
    app.clock.advance(DAY);
    expect(await visitHome()).toEqual([]);
  });
});

describe('documents', () => {
  const receipt = (id: string, more: object = {}) => ({
    kind: 'document',
    id,
    receipt: ONE,
    at: app.clock.now().toISOString(),
    type: 'receipt',
    issuedOn: app.clock.now().toISOString().slice(0, 10),
    template: { name: 'receipt', data: { received: '2026-01-02', applicant: 'Mai' } },
    ...more,
  });
  const idOf = async (event: string) =>
    (
      await app.database
        .selectFrom('document')
        .select('id')
        .where('event', '=', event)
        .executeTakeFirstOrThrow()
    ).id;
  const marked = async (path: string) => {
    const { body } = await (await signIn(app, owner)).visit.get(path);
    const list = [...body.matchAll(/<li class="portico-document" data-key="([0-9a-f-]+)"[\s\S]*?<\/li>/g)];
    return {
      all: list.length,
      marked: list.filter(([all]) => all.includes('portico-tag--new')).map(([, id]) => id),
    };
  };

  it('that came, or changed, since the visit before are named on home and marked in their lists', async () => {
    await agencySays(app, [receipt('d1'), receipt('d2')]);
    app.clock.advance(DAY);
    await visitHome();
    app.clock.advance(DAY);
    await agencySays(app, [
      receipt('d3'),
      receipt('d4', { receipt: OTHER }),
      {
        kind: 'document-withdrawn',
        id: 'w2',
        receipt: ONE,
        at: app.clock.now().toISOString(),
        document: 'd2',
      },
    ]);
    const { visit } = await signIn(app, owner);
    const { body } = await visit.get('/home');
    const [news = ''] = /<ul class="portico-news">[\s\S]*?<\/ul>/.exec(body) ?? [];
    const said = [...news.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, href, text]) => [text, href]);
    expect(said).toEqual(
      expect.arrayContaining([
        ['New notice: Receipt notice', `/documents/${await idOf('d3')}`],
        ['New notice: Receipt notice', `/documents/${await idOf('d4')}`],
        ['We took back a notice: Receipt notice', `/documents/${await idOf('d2')}`],
      ]),
    );
    expect(said).toHaveLength(3);
    for (const receipt of [ONE, OTHER]) expect(news).toContain(receipt);
    const [d2, d3, d4] = [await idOf('d2'), await idOf('d3'), await idOf('d4')];
    expect(await marked('/documents')).toEqual({ all: 4, marked: [d4, d3, d2] });
    expect(await marked(`/cases/${ONE}`)).toEqual({ all: 3, marked: [d3, d2] });
    expect((await visit.get('/documents')).body).toContain('data-live="documents"');
  });

  it('are new no more on the visit after', async () => {
    app.clock.advance(DAY);
    await visitHome();
    expect(await marked('/documents')).toEqual({ all: 4, marked: [] });
  });
});
