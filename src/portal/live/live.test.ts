import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identified } from '../../identity/core/accounts/index.ts';
import { endByAgency } from '../../identity/session/sessions/index.ts';
import { loadAgency } from '../../platform/agency/index.ts';
import { connect } from '../../platform/database/index.ts';
import { releaseCase } from '../../records/claims/index.ts';
import { agencyFeed } from '../../records/feed/index.ts';
import { type TestApp, testApp, type Visit } from '../../testing/app.ts';
import { signIn, signUp } from '../../testing/people.ts';

const AMINA = {
  email: 'amina',
  password: 'copper-lantern-harbor-42',
  secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
};
const HERS = 'ARC2690001986';

const first = await testApp({ people: true });
const { database, clock, vault } = first;
/** Another process, as far as the database can tell. */
const elsewhere = connect(first.url, 20);
afterAll(() => elsewhere.close());
const second = await testApp({
  on: Promise.resolve({ ...first, connection: elsewhere, database: elsewhere.database }),
});
const agency = loadAgency(first.config.agencyFolder);
const feed = agencyFeed({ agency, database, vault }, clock);

const origins = new Map<TestApp, string>();
beforeAll(async () => {
  for (const app of [first, second])
    origins.set(app, await app.server.listen({ port: 0, host: '127.0.0.1' }));
});

const Line = z.looseObject({ receipt: z.string() });
/** What the agency says of each case of the demonstration, as it came. */
const lines = readFileSync(join(first.config.agencyFolder, 'demo/feed.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => Line.parse(JSON.parse(line)));
let serial = 0;
/** Says something new of a case, as the agency does. */
async function move() {
  const known = lines.find(({ receipt }) => receipt === HERS);
  serial += 1;
  const at = new Date(clock.now().getTime() + serial).toISOString();
  const bad: string[] = [];
  await feed.take(
    (async function* () {
      yield Buffer.from(`${JSON.stringify({ ...known, id: `live-${serial}`, at })}\n`);
    })(),
    { badLine: (_line, reason) => bad.push(reason) },
  );
  expect(bad).toEqual([]);
}

type Told = { readonly event: string; readonly id: string; readonly data: unknown };

/** A stream as a browser reads it. */
async function listen(
  visit: Visit,
  {
    app = first,
    headers = {},
    query,
  }: { app?: TestApp; headers?: Record<string, string>; query?: string } = {},
) {
  const stopping = new AbortController();
  const cookie = [...visit.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(`${origins.get(app)}/changes${query ?? `?after=${await newest()}`}`, {
    headers: { accept: 'text/event-stream', cookie, ...headers },
    redirect: 'manual',
    signal: stopping.signal,
  });
  const told: Told[] = [];
  let [text, ended] = ['', false];
  const reading = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        text = text.slice(end + 2);
        const data = fields.get('data');
        if (data !== undefined)
          told.push({
            event: fields.get('event') ?? 'message',
            id: fields.get('id') ?? '',
            data: JSON.parse(data),
          });
      }
    }
    ended = true;
  })().catch(() => {});
  return {
    status: response.status,
    headers: response.headers,
    told,
    isOver: () => ended,
    leave: async () => {
      stopping.abort();
      await reading;
    },
  };
}

const amina = async () => (await signIn(first, AMINA)).visit;
const newest = async () =>
  (await sql<{ seq: string }>`select max(seq) as seq from change`.execute(database)).rows[0]?.seq ?? '';
const sessionsOf = () => database.selectFrom('session').select(['id', 'last_seen_at', 'ended_at']).execute();

describe('an open page', () => {
  it('that was drawn before anything was read is drawn again', async () => {
    const stream = await listen(await amina(), { app: second, query: `?drawn=${clock.now().toISOString()}` });
    await expect
      .poll(() => stream.told)
      .toEqual([{ event: 'changed', id: await newest(), data: { about: [] } }]);
    await stream.leave();
    clock.advance(60);
    const later = await listen(await amina(), { app: second, query: `?drawn=${clock.now().toISOString()}` });
    await move();
    await expect.poll(() => later.told.map(({ data }) => data)).toEqual([{ about: [HERS] }]);
    await later.leave();
  });

  it('is told that one of its cases changed, and never what', async () => {
    const stream = await listen(await amina());
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(stream.headers.get('cache-control')).toBe('no-store');
    expect(stream.headers.get('content-security-policy')).toContain("default-src 'none'");
    await move();
    await expect
      .poll(() => stream.told)
      .toEqual([{ event: 'changed', id: await newest(), data: { about: [HERS] } }]);
    await stream.leave();
  });

  it('is told that the agency took a case out of its account, and not which', async () => {
    const stream = await listen(await amina());
    const nothing = async () => {};
    const released = await releaseCase({ database, clock }, 'ARC1990004417', {
      tell: nothing,
      record: nothing,
    });
    expect(released).toBe(1);
    await expect
      .poll(() => stream.told)
      .toEqual([{ event: 'changed', id: await newest(), data: { about: [] } }]);
    await stream.leave();
  });

  it('is told by every process, whichever heard of it', async () => {
    const visit = await amina();
    const streams = [await listen(visit), await listen(visit, { app: second })];
    await move();
    for (const stream of streams) await expect.poll(() => stream.told.length).toBe(1);
    for (const stream of streams) await stream.leave();
  });

  it('is told of what its person may read at that moment, and of nothing else', async () => {
    const newcomer = await signUp(first);
    const [hers, theirs] = [await listen(await amina()), await listen(newcomer.visit)];
    const links = () => database.updateTable('case_link').where('receipt', '=', HERS);
    const accountOf = async (email: string) =>
      (await identified(vault, email).execute(database)).rows[0]?.account_id ?? '';
    await move();
    const before = await newest();
    await expect.poll(() => hers.told.map(({ id }) => id)).toEqual([before]);
    await links()
      .set({ account_id: await accountOf(newcomer.email) })
      .execute();
    await move();
    const between = await newest();
    await expect.poll(() => theirs.told.map(({ id }) => id)).toEqual([between]);
    await links()
      .set({ account_id: await accountOf(AMINA.email) })
      .execute();
    await move();
    await expect.poll(() => hers.told.map(({ id }) => id)).toEqual([before, await newest()]);
    expect(theirs.told.map(({ id }) => id)).toEqual([between]);
    for (const stream of [hers, theirs]) await stream.leave();
  });

  it('that connects again is told what came meanwhile, once, and nothing where nothing came', async () => {
    const visit = await amina();
    const before = await newest();
    await move();
    await move();
    const now = await newest();
    const behind = await listen(visit, { headers: { 'last-event-id': before } });
    await expect.poll(() => behind.told).toEqual([{ event: 'changed', id: now, data: { about: [HERS] } }]);
    const asked = await listen(visit, { query: `?after=${before}` });
    await expect.poll(() => asked.told.length).toBe(1);
    const level = await listen(visit, { headers: { 'last-event-id': now }, query: `?after=${before}` });
    await move();
    await expect.poll(() => level.told.map(({ id }) => id)).toEqual([await newest()]);
    for (const stream of [behind, asked, level]) await stream.leave();
  });

  it.each(['', '?after=x', '?after=-1', '?after=99999999999999999999', '?drawn=now', '?after=1&after=2'])(
    'that does not say what it was told (%s) is drawn again',
    async (query) => {
      const stream = await listen(await amina(), { query, headers: { 'last-event-id': "1' or 1=1" } });
      await expect.poll(() => stream.told.map(({ data }) => data)).toEqual([{ about: [] }]);
      await move();
      await expect
        .poll(() => stream.told.map(({ data }) => data))
        .toEqual([{ about: [] }, { about: [HERS] }]);
      await stream.leave();
    },
  );

  it('with the number of another database is drawn again', async () => {
    const stream = await listen(await amina(), { headers: { 'last-event-id': '999999999999' } });
    await expect.poll(() => stream.told.map(({ data }) => data)).toEqual([{ about: [] }]);
    await stream.leave();
  });

  it('is not told while the connection that listens is gone, and then of all of it', async () => {
    const stream = await listen(await amina());
    await move();
    await expect.poll(() => stream.told.length).toBe(1);
    const { rows } = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen portico_stream'`.execute(database);
    expect(rows.length).toBeGreaterThan(0);
    await move();
    await expect.poll(() => stream.told.map(({ id }) => id).at(-1)).toBe(await newest());
    await stream.leave();
  });
});

it('a process listens on one connection, whoever hears', async () => {
  const worker = await second.app.startWorker();
  const streams = [
    await listen(await amina(), { app: second }),
    await listen(await amina(), { app: second }),
  ];
  const listening = async () => {
    const { rows } = await sql<{ count: string }>`
      select count(*) from pg_stat_activity
      where datname = current_database() and query = 'listen portico_stream'`.execute(database);
    return Number(rows[0]?.count);
  };
  // Of the first process and of the second.
  await expect.poll(listening).toBe(2);
  for (const stream of streams) await stream.leave();
  await worker.stop();
});

describe('a stream ends', () => {
  it.each([
    ['first', first],
    ['second', second],
  ])('when its person signs out, also in another process (%s)', async (_name, app) => {
    const visit = await amina();
    const others = await amina();
    const [stream, other] = [await listen(visit, { app }), await listen(others, { app })];
    await visit.get('/home');
    await visit.post('/sign-out');
    await expect.poll(stream.isOver).toBe(true);
    expect(stream.told).toEqual([{ event: 'over', id: '', data: null }]);
    expect(other.isOver()).toBe(false);
    await other.leave();
  });

  it('when the session times out, which it does not put off', async () => {
    const visit = await amina();
    const seen = async () => (await sessionsOf()).map(({ last_seen_at }) => last_seen_at.getTime());
    const stream = await listen(visit);
    const before = await seen();
    clock.advance(20 * 60);
    const again = await listen(visit);
    await visit.get('/home', { 'portico-by-itself': '1' });
    expect(await seen()).toEqual(before);
    clock.advance(11 * 60);
    // Somebody else's sign-in is what makes this process look.
    const other = await amina();
    await expect.poll(() => [stream.isOver(), again.isOver()]).toEqual([true, true]);
    expect((await other.get('/home')).statusCode).toBe(200);
    expect((await visit.get('/home')).headers['location']).toContain('ended=timed-out');
  });

  it('when the agency ends the session', async () => {
    const stream = await listen(await amina());
    await endByAgency({ database, vault, clock }, { is: 'one', identifier: 'amina' });
    await expect.poll(stream.isOver).toBe(true);
  });
});

it('is no page: a person who goes there finds none, and nobody who is signed out opens it', async () => {
  const visit = await amina();
  expect((await visit.get('/changes')).statusCode).toBe(404);
  const stranger = await listen(first.visit(), { query: '' });
  expect(stranger.status).toBe(401);
});

it('an account has so many at a time: the oldest makes room for one more', async () => {
  const visit = await amina();
  const streams: Awaited<ReturnType<typeof listen>>[] = [];
  for (let each = 0; each < 13; each++) streams.push(await listen(visit));
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  await expect.poll(() => streams.map(({ isOver }) => isOver())).toEqual(streams.map((_, at) => at === 0));
  // Its browser may come back.
  expect(streams[0]?.told).toEqual([]);
  for (const stream of streams) await stream.leave();
});
