import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBlobs } from '../../platform/storage/index.ts';
import { linkCase } from '../../records/cases/index.ts';
import { settlePaperCopies } from '../../records/documents/index.ts';
import { testApp, type Visit } from '../../testing/app.ts';
import { agencySays } from '../../testing/documents.ts';
import { type Newcomer, signIn, signUp } from '../../testing/people.ts';
import { BUCKET, S3_ACCOUNT, startS3 } from '../../testing/s3.ts';

const app = await testApp();
const [OURS, THEIRS] = ['ARC2190000042', 'ARC2190000043'] as const;
const PDF = Buffer.from(`%PDF-1.7 ${'a decision, '.repeat(20_000)}`);
const NAME = 'визначення № 7 – «é».pdf';
const person = { family: 'Nguyễn', given: 'Mai <b>Anh</b>', born: '1989-04-17', birthCountry: 'VN' };
const NOBODYS = '018f0000-0000-7000-8000-000000000000';

const said = (id: string, more: object) => ({ id, receipt: OURS, at: '2026-01-05T10:00:00Z', ...more });
const letter = (id: string, issuedOn: string, more: object = {}) =>
  said(id, {
    kind: 'document',
    type: 'receipt',
    issuedOn,
    template: { name: 'receipt', data: { received: '2026-01-02', applicant: '張 小明' } },
    ...more,
  });

let owner: Newcomer;
let other: Newcomer;
/** The ids of documents, by the agency's. */
let ids: ReadonlyMap<string, string> = new Map();
const idOf = (event: string) => ids.get(event) ?? '';
const pageOf = (event: string) => `/documents/${idOf(event)}`;
const main = ({ body }: { readonly body: string }) => /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '';
/** What a page says, without its tags. */
const textOf = (page: { readonly body: string }) =>
  main(page)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const accountOf = async (person: Newcomer) => {
  const { visit } = await signIn(app, person);
  await visit.get('/home');
  const { account_id } = await app.database
    .selectFrom('session')
    .select('account_id')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return account_id;
};

beforeAll(async () => {
  [owner, other] = [await signUp(app), await signUp(app)];
  await agencySays(
    app,
    [
      said('s1', { form: 'NAT-1', status: 'case-received', person }),
      said('s2', { receipt: THEIRS, form: 'NAT-1', status: 'case-received', person }),
      letter('d1', '2025-03-04'),
      letter('d2', '2026-01-05', { replaces: 'd1', at: '2026-01-06T10:00:00Z' }),
      letter('d3', '2026-01-06'),
      said('w1', { kind: 'document-withdrawn', document: 'd3', at: '2026-01-07T10:00:00Z' }),
      said('d4', { kind: 'document', type: 'decision', issuedOn: '2024-02-29', file: NAME }),
      said('d5', {
        receipt: THEIRS,
        kind: 'document',
        type: 'letter',
        issuedOn: '2024-02-28',
        file: NAME,
        title: { en: 'About your move', es: 'Sobre su mudanza' },
      }),
    ],
    new Map([[NAME, PDF]]),
  );
  const link = async (to: Newcomer, receipt: string) =>
    linkCase(app.database, {
      accountId: await accountOf(to),
      receipt,
      how: 'claimed',
      at: app.clock.now(),
    });
  await link(owner, OURS);
  await link(other, THEIRS);
  const rows = await app.database.selectFrom('document').select(['event', 'id']).execute();
  ids = new Map(rows.map(({ event, id }) => [event, id]));
});
const visitOf = async (person: Newcomer): Promise<Visit> => (await signIn(app, person)).visit;

describe('the list of documents', () => {
  it('has those of the own cases by year, newest first, and says what is no longer good', async () => {
    const visit = await visitOf(owner);
    const page = await visit.get('/documents');
    expect(page.statusCode).toBe(200);
    expect([...page.body.matchAll(/<h2 id="year-\d+">(\d+)/g)].map(([, year]) => year)).toEqual([
      '2026',
      '2025',
      '2024',
    ]);
    const links = [...page.body.matchAll(/href="\/documents\/([0-9a-f-]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(['d3', 'd2', 'd1', 'd4'].map(idOf));
    expect(textOf(page)).toContain('Withdrawn on January 7, 2026');
    expect(textOf(page)).toContain('Replaced on January 6, 2026');
    expect(textOf(page)).toContain('визначення № 7 – «é»');
    expect(page.body).not.toContain(THEIRS);
  });

  it.each([
    ['kind=decision', ['d4']],
    ['year=2025', ['d1']],
    [`case=${OURS.toLowerCase()}&kind=receipt`, ['d3', 'd2', 'd1']],
    [`case=${THEIRS}`, []],
    ['kind=nothing&year=2026', []],
    ['year=2026&year=2025', ['d3', 'd2', 'd1', 'd4']],
  ])('has fewer by an address that can be kept: %s', async (query, events) => {
    const visit = await visitOf(owner);
    const page = await visit.get(`/documents?${query}`);
    expect(page.statusCode).toBe(200);
    const links = [...page.body.matchAll(/href="\/documents\/([0-9a-f-]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(events.map(idOf));
    if (events.length === 0) expect(textOf(page)).toContain('No document fits.');
  });

  it('says to somebody who has none what will come there', async () => {
    const newcomer = await signUp(app);
    const page = await newcomer.visit.get('/documents');
    expect(textOf(page)).toContain('You have no documents yet');
  });
});

describe('a document', () => {
  it('of a template is a page that says what its file says, letter for letter, in the language of the reader', async () => {
    const visit = await visitOf(owner);
    const english = await visit.get(pageOf('d2'));
    expect(english.statusCode).toBe(200);
    for (const words of [
      'We have your form',
      '張 小明',
      'Mai &lt;b>Anh&lt;/b> Nguyễn',
      OURS,
      'January 5, 2026',
    ])
      expect(textOf(english)).toContain(words);
    expect(english.body).toMatch(/<article class="portico-letter" lang="en" dir="ltr"/);
    expect(english.body).toMatch(/([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]/);
    await visit.get('/help?lang=es');
    const spanish = await visit.get(pageOf('d2'));
    expect(textOf(spanish)).toContain('Recibimos su formulario');
    expect(spanish.body).toMatch(/<article class="portico-letter" lang="es"/);
  });

  it('that is a file says its name, type and size', async () => {
    const visit = await visitOf(owner);
    const page = await visit.get(pageOf('d4'));
    for (const words of [NAME, 'PDF document', '240 kB']) expect(textOf(page)).toContain(words);
  });

  it('leads to what replaced it, and says that it was withdrawn', async () => {
    const visit = await visitOf(owner);
    const replaced = await visit.get(pageOf('d1'));
    expect(replaced.body).toContain(`href="${pageOf('d2')}"`);
    expect(textOf(replaced)).toContain('Replaced on January 6, 2026');
    expect(textOf(await visit.get(pageOf('d3')))).toContain('Withdrawn on January 7, 2026');
    expect(textOf(await visit.get(pageOf('d2')))).not.toContain('no longer in force');
  });

  it.each(['', '/file', '/file?inline'])(
    'of somebody else answers as one that is not there, and as what is no id: %s (ASVS 8.2.2)',
    async (rest) => {
      const visit = await visitOf(owner);
      const plain = (body: string) =>
        body.replaceAll(
          /value="[^"]{20,}"|csrf="[^"]+"|now="[^"]+"|(?:idle-)?ends-at="[^"]+"|path="[^"]+"/g,
          '',
        );
      const answers = [];
      for (const id of [idOf('d5'), NOBODYS, 'none', '%00', "'"]) {
        const answer = await visit.get(`/documents/${id}${rest}`);
        expect([id, answer.statusCode]).toEqual([id, 404]);
        answers.push(plain(answer.body));
      }
      expect(new Set(answers).size).toBe(1);
    },
  );

  it('can be asked for on paper once at a time, and says so', async () => {
    const visit = await visitOf(owner);
    const asked = await visit.post(pageOf('d2'), {}, pageOf('d2'));
    expect([asked.statusCode, asked.headers.location]).toEqual([303, `${pageOf('d2')}?copy=asked`]);
    const after = await visit.follow(asked);
    expect(textOf(after)).toContain('You asked for a paper copy on');
    expect(after.body).not.toContain('Send me');
    expect((await visit.post(pageOf('d2'))).statusCode).toBe(303);
    const requests = await app.database.selectFrom('paper_copy_request').selectAll().execute();
    expect(requests).toHaveLength(1);
    await settlePaperCopies(
      app.database,
      app.clock,
      requests.map(({ id }) => id),
      'sent',
    );
    const sent = await visit.get(pageOf('d2'));
    expect(textOf(sent)).toContain('We sent you a paper copy on ');
    expect(textOf(sent)).toContain('Send me another paper copy');
  });

  it('that is no longer good, or not the own, cannot be asked for on paper', async () => {
    const visit = await visitOf(owner);
    const refused = await visit.follow(await visit.post(pageOf('d1'), {}, '/documents'));
    expect(textOf(refused)).toContain('We did not take your request');
    expect((await visit.get(pageOf('d1'))).body).not.toContain('Send me a paper copy');
    for (const id of [idOf('d5'), NOBODYS, 'none'])
      expect((await visit.post(`/documents/${id}`)).statusCode).toBe(404);
    const requests = await app.database.selectFrom('paper_copy_request').selectAll().execute();
    expect(requests).toHaveLength(1);
  });
});

describe('the file of a document', () => {
  it('comes whole, under its name in any script, and is kept nowhere', async () => {
    const visit = await visitOf(owner);
    const file = await visit.get(`${pageOf('d4')}/file`);
    expect([file.statusCode, file.body]).toEqual([200, PDF.toString()]);
    expect(file.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(PDF.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
    });
    expect(file.headers['content-disposition']).toMatch(
      /^attachment; .*filename\*=UTF-8''2024-02-29%20%D0%B2/,
    );
    const shown = await visit.get(`${pageOf('d4')}/file?inline`);
    expect(shown.headers['content-disposition']).toMatch(/^inline; /);
  });

  it.each([
    ['bytes=0-9', 206, 0, 9],
    ['bytes=131070-131075', 206, 131_070, 131_075],
    ['bytes=-5', 206, PDF.length - 5, PDF.length - 1],
    ['bytes=240000-', 206, 240_000, PDF.length - 1],
    [`bytes=10-${PDF.length * 2}`, 206, 10, PDF.length - 1],
    ['bytes=9-3', 200, 0, PDF.length - 1],
    ['bytes=0-1,4-5', 200, 0, PDF.length - 1],
    ['lines=0-1', 200, 0, PDF.length - 1],
  ])('comes in parts: %s', async (range, status, first, last) => {
    const visit = await visitOf(owner);
    const part = await visit.get(`${pageOf('d4')}/file`, { range });
    expect(part.statusCode).toBe(status);
    expect(part.body).toBe(PDF.subarray(first, last + 1).toString());
    expect(part.headers['content-length']).toBe(String(last - first + 1));
    if (status === 206) expect(part.headers['content-range']).toBe(`bytes ${first}-${last}/${PDF.length}`);
  });

  it('has no part after its end, and none of another version', async () => {
    const visit = await visitOf(owner);
    const after = await visit.get(`${pageOf('d4')}/file`, { range: `bytes=${PDF.length}-` });
    expect([after.statusCode, after.headers['content-range']]).toEqual([416, `bytes */${PDF.length}`]);
    const whole = await visit.get(`${pageOf('d4')}/file`, { range: 'bytes=0-1', 'if-range': '"another"' });
    expect(whole.statusCode).toBe(200);
    const tag = String(whole.headers['etag']);
    const same = await visit.get(`${pageOf('d4')}/file`, { range: 'bytes=0-1', 'if-range': tag });
    expect(same.statusCode).toBe(206);
  });

  it('can be asked about without being sent', async () => {
    const visit = await visitOf(owner);
    const head = await app.server.inject({
      method: 'HEAD',
      url: `${pageOf('d4')}/file`,
      headers: { cookie: [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      String(PDF.length),
    ]);
  });

  it('of a template is being made until a worker made it, and then is a PDF in the language of the reader', async () => {
    const visit = await visitOf(owner);
    const early = await visit.get(`${pageOf('d2')}/file`);
    expect([early.statusCode, early.headers['retry-after']]).toEqual([202, '10']);
    expect(textOf(early)).toContain('The PDF is being made');
    const worker = await app.app.startWorker();
    try {
      await expect.poll(async () => (await visit.get(`${pageOf('d2')}/file`)).statusCode).toBe(200);
    } finally {
      await worker.stop();
    }
    const english = await visit.get(`${pageOf('d2')}/file`);
    expect(english.headers['content-disposition']).toBe(
      `attachment; filename="2026-01-05 Receipt notice ${OURS}.pdf"`,
    );
    expect(english.body.slice(0, 5)).toBe('%PDF-');
    await visit.get('/help?lang=es');
    const spanish = await visit.get(`${pageOf('d2')}/file`);
    expect(spanish.headers['content-disposition']).toBe(
      `attachment; filename="2026-01-05 Aviso de recibo ${OURS}.pdf"`,
    );
    expect(spanish.headers['etag']).not.toBe(english.headers['etag']);
  });

  it('that could not be made says so, and that the page is there', async () => {
    await app.database.deleteFrom('document_rendering').where('document_id', '=', idOf('d1')).execute();
    await app.database
      .updateTable('document')
      .set({ rendering: 'failed' })
      .where('id', '=', idOf('d1'))
      .execute();
    const visit = await visitOf(owner);
    const failed = await visit.get(`${pageOf('d1')}/file`);
    expect(failed.statusCode).toBe(503);
    expect(textOf(failed)).toContain('We could not make this PDF');
    expect((await visit.get(pageOf('d1'))).statusCode).toBe(200);
  });
});

describe('while the storage is down', () => {
  it('a file is told to be safe and to come later, and pages are there as ever', async () => {
    const { endpoint, stop } = await startS3();
    const incoming = await mkdtemp(join(tmpdir(), 'portico-incoming-'));
    const blobs = await openBlobs({
      is: 's3',
      bucket: BUCKET,
      prefix: '',
      endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: { keyId: S3_ACCOUNT, secret: () => S3_ACCOUNT },
      incoming,
    });
    const down = await testApp({ blobs });
    const reader = await signUp(down);
    await agencySays(
      down,
      [
        said('s1', { form: 'NAT-1', status: 'case-received', person }),
        said('d1', { kind: 'document', type: 'decision', issuedOn: '2026-01-05', file: NAME }),
      ],
      new Map([[NAME, PDF]]),
    );
    const { id: accountId } = await down.database
      .selectFrom('account')
      .select('id')
      .executeTakeFirstOrThrow();
    await linkCase(down.database, { accountId, receipt: OURS, how: 'claimed', at: down.clock.now() });
    const { id } = await down.database.selectFrom('document').select('id').executeTakeFirstOrThrow();
    const { visit } = reader;
    expect((await visit.get(`/documents/${id}/file`)).body).toBe(PDF.toString());
    await stop();
    const file = await visit.get(`/documents/${id}/file`);
    expect([file.statusCode, file.headers['retry-after'], file.headers['content-disposition']]).toEqual([
      503,
      '10',
      undefined,
    ]);
    expect(file.headers['content-type']).toContain('text/html');
    expect(textOf(file)).toContain('We cannot open files right now');
    for (const page of ['/documents', `/documents/${id}`])
      expect((await visit.get(page)).statusCode).toBe(200);
    blobs.close();
    await rm(incoming, { recursive: true });
  });
});
