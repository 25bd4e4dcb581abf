import { connect as connectSocket } from 'node:net';
import { fastifySSE } from '@fastify/sse';
import fastify from 'fastify';
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { systemClock } from '../clock/index.ts';
import { makeLog } from '../log/index.ts';
import { makeSignals } from '../stream/index.ts';
import { type Asked, makeFanOut, type News } from './index.ts';

const { database, connection } = await freshDatabase();
const FOREVER = new Date('2100-01-01T00:00:00Z');

/** What the tests let there be told, and how long leases last. */
type World = {
  news: (asked: Asked) => Promise<News>;
  ends: ReadonlyMap<string, Date>;
};
const quiet: World['news'] = async () => ({ upTo: '7', changes: [] });

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server with streams of whoever asks, named by the address. */
async function serve(
  world: World,
  { heartbeat = 10_000, inAll = 10 }: { heartbeat?: number; inAll?: number } = {},
) {
  const warned: string[] = [];
  const log = makeLog('info', { write: (line: string) => void warned.push(line) });
  const fanOut = makeFanOut({
    clock: systemClock,
    signals: makeSignals(connection, log),
    log,
    tables: { news: 'thing', leases: 'lease' },
    news: (asked) => world.news(asked),
    leases: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const at = world.ends.get(id);
          return at === undefined ? [] : [[id, at] as const];
        }),
      ),
    most: { ofOwner: 5, inAll },
    heartbeatMilliseconds: heartbeat,
  });
  const server = fastify({ forceCloseConnections: 'idle' });
  await server.register(fastifySSE);
  server.addHook('preClose', () => fanOut.stop());
  server.get<{ Params: { who: string } }>(
    '/:who',
    { sse: { kind: 'only', heartbeat: false } },
    async ({ params: { who } }, reply) => {
      const opened = await fanOut.open(reply, { owner: who, lease: who, from: { is: 'after', seq: '7' } });
      if (opened === 'full') return reply.code(503).send();
    },
  );
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  let closed: Promise<unknown> | null = null;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  closing.push(close);
  return { fanOut, origin, warned, close };
}

/** All that a stream has said so far. */
async function read(address: string) {
  const stopping = new AbortController();
  const { status, body } = await fetch(address, { signal: stopping.signal });
  let [text, ended] = ['', false];
  const reading = (async () => {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
    ended = true;
  })().catch(() => {});
  closing.unshift(async () => {
    stopping.abort();
    await reading;
  });
  return { status, text: () => text, isOver: () => ended };
}

const signal = (table: string) => sql`select pg_notify('portico_stream', ${table})`.execute(database);

it('says when to come back, at a time of each its own, and by heartbeats how far it has told', async () => {
  const { origin } = await serve({ news: quiet, ends: new Map([['a', FOREVER]]) }, { heartbeat: 40 });
  const streams = await Promise.all([1, 2, 3, 4].map(() => read(`${origin}/a`)));
  for (const { text } of streams) await expect.poll(text).toMatch(/^retry: \d{4}\n\n(id: 7\n\n){3}/);
  expect(new Set(streams.map(({ text }) => text().split('\n')[0])).size).toBeGreaterThan(1);
});

it('asks once for all, and tells each what is its own', async () => {
  const asked: Asked[] = [];
  const world: World = {
    news: quiet,
    ends: new Map([
      ['a', FOREVER],
      ['b', FOREVER],
    ]),
  };
  const { origin } = await serve(world);
  const [a, again, b] = [await read(`${origin}/a`), await read(`${origin}/a`), await read(`${origin}/b`)];
  await expect.poll(a.text).toContain('retry');
  world.news = async (question) => {
    asked.push(question);
    return {
      upTo: '9',
      changes: [
        { owner: 'a', seq: '8', about: 'x' },
        { owner: 'a', seq: '9', about: 'x' },
      ],
    };
  };
  for (let each = 0; each < 50; each++) await signal('thing');
  for (const { text } of [a, again])
    await expect.poll(text).toMatch(/\n\nid: 9\nevent: changed\ndata: \{"about":\["x"\]\}\n\n$/);
  expect(b.text()).not.toContain('changed');
  expect(asked.length).toBeLessThan(20);
  expect(asked[0]).toEqual({ owners: ['a', 'b'], after: '7', most: 10_000 });
});

it('goes on after a query has failed', async () => {
  const world: World = { news: quiet, ends: new Map([['a', FOREVER]]) };
  const { origin, warned } = await serve(world);
  const { text } = await read(`${origin}/a`);
  await expect.poll(text).toContain('retry');
  world.news = async () => {
    world.news = async () => ({ upTo: '8', changes: [{ owner: 'a', seq: '8', about: null }] });
    throw new Error('of quill@example.org');
  };
  await signal('thing');
  await expect.poll(() => warned.length).toBe(1);
  expect(warned.join()).not.toContain('quill');
  await signal('thing');
  await expect.poll(text).toContain('id: 8\nevent: changed\ndata: {"about":[]}');
});

it('ends with its lease, at its time and when it is told', async () => {
  const ends = new Map([
    ['a', new Date(Date.now() + 700)],
    ['b', FOREVER],
  ]);
  const { origin, fanOut } = await serve({ news: quiet, ends });
  const [a, b] = [await read(`${origin}/a`), await read(`${origin}/b`)];
  await expect.poll(a.text).toContain('retry');
  ends.delete('a');
  await expect.poll(a.isOver, { timeout: 8_000 }).toBe(true);
  expect(a.text()).toMatch(/event: over\ndata: null\n\n$/);
  expect(b.isOver()).toBe(false);
  ends.delete('b');
  await signal('lease');
  await expect.poll(b.isOver, { timeout: 8_000 }).toBe(true);
  expect(fanOut.size()).toBe(0);
});

it('is refused where there are as many as there may be', async () => {
  const { origin, fanOut } = await serve({ news: quiet, ends: new Map([['a', FOREVER]]) }, { inAll: 2 });
  const streams = [await read(`${origin}/a`), await read(`${origin}/a`)];
  expect((await read(`${origin}/b`)).status).toBe(503);
  expect(streams.map(({ isOver }) => isOver())).toEqual([false, false]);
  expect(fanOut.size()).toBe(2);
});

it.each([
  ['its owner has', 5, 10],
  ['there are', 2, 2],
])(
  'takes the place of the oldest of its owner where %s too many, which stays away',
  async (_, count, inAll) => {
    const { origin, fanOut } = await serve({ news: quiet, ends: new Map([['a', FOREVER]]) }, { inAll });
    const streams = [];
    for (let each = 0; each < count; each++) streams.push(await read(`${origin}/a`));
    const [oldest, ...others] = streams;
    const newest = await read(`${origin}/a`);
    expect(newest.status).toBe(200);
    await expect.poll(() => oldest?.isOver()).toBe(true);
    expect(oldest?.text()).toMatch(/\nretry: [3-6]\d{5}\n\n$/);
    expect(oldest?.text()).not.toContain('over');
    await expect.poll(newest.text).toContain('retry');
    expect([...others, newest].map(({ isOver }) => isOver())).toEqual(Array(count).fill(false));
    expect(fanOut.size()).toBe(count);
  },
);

it('is dropped where its browser does not read, and keeps nobody else waiting', async () => {
  const world: World = {
    news: quiet,
    ends: new Map([
      ['slow', FOREVER],
      ['a', FOREVER],
    ]),
  };
  const { origin, fanOut } = await serve(world, { heartbeat: 300 });
  const socket = connectSocket(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n');
  socket.pause();
  closing.push(async () => socket.destroy());
  const { text } = await read(`${origin}/a`);
  await expect.poll(fanOut.size).toBe(2);
  const long = 'x'.repeat(16_000_000);
  world.news = async () => ({
    upTo: '8',
    changes: [
      { owner: 'slow', seq: '8', about: long },
      { owner: 'a', seq: '8', about: 'x' },
    ],
  });
  await signal('thing');
  await expect.poll(text).toContain('event: changed');
  await expect.poll(fanOut.size).toBe(1);
});

it('ends when the server closes, and says nothing of it being for good', async () => {
  const { origin, close } = await serve({ news: quiet, ends: new Map([['a', FOREVER]]) });
  const { text, isOver } = await read(`${origin}/a`);
  await expect.poll(text).toContain('retry');
  await close();
  await expect.poll(isOver).toBe(true);
  expect(text()).not.toContain('over');
});
