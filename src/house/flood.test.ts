import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { formBody, testApp } from '../testing/app.ts';
import { signUp } from '../testing/people.ts';

const app = await testApp();
const { port } = new URL(await app.server.listen({ port: 0, host: '127.0.0.1' }));

/** As many as the gate of sign-in lets in or keeps in line. */
const LET_IN = 8 + 64;
const CHANGES = ['date', 'content-length', 'connection', 'keep-alive', 'retry-after'];

type Reply = { status: number; headers: IncomingHttpHeaders; body: string; reused: boolean };
type Sent = { reply: Promise<Reply>; hangUp(): void };

/** A request over a real connection. */
function send(
  {
    method,
    path,
    headers = {},
    body = '',
  }: { method: string; path: string; headers?: object; body?: string },
  agent: Agent | false = false,
): Sent {
  const outgoing = request({ port, host: '127.0.0.1', method, path, agent, headers: { ...headers } });
  const reply = new Promise<Reply>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString(),
          reused: outgoing.reusedSocket,
        }),
      );
    });
  });
  outgoing.end(body);
  return { reply, hangUp: () => outgoing.destroy() };
}

const stranger = app.visit();
await stranger.get('/sign-in');
const cookie = [...stranger.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
let tries = 0;
const signIn = (headers: object = {}, path = '/sign-in') => ({
  method: 'POST',
  path,
  headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: formBody({ identifier: `nobody-${tries++}@example.org`, password: 'x', _csrf: stranger.token() }),
});

/** Holds up every sign-in while something is done: none gets past the table in which tries are counted. */
async function holdingUp(work: () => Promise<void>): Promise<void> {
  await app.database.transaction().execute(async (transaction) => {
    await sql`lock table throttle`.execute(transaction);
    await work();
  });
}

/** Sends more than are let in. @returns those that wait, once all others have been refused */
async function flood(more: number): Promise<{ refused: readonly Reply[]; waiting: readonly Sent[] }> {
  // So that no window of requests from one address is used up.
  app.clock.advance(301);
  const waiting = new Set(Array.from({ length: LET_IN + more }, () => send(signIn())));
  const refused: Reply[] = [];
  while (refused.length < more) {
    const first = await Promise.race(
      [...waiting].map((sent) => sent.reply.then((reply) => ({ sent, reply }))),
    );
    waiting.delete(first.sent);
    refused.push(first.reply);
  }
  return { refused, waiting: [...waiting] };
}

const statuses = (replies: readonly Reply[]) => new Set(replies.map(({ status }) => status));

describe('a flood of sign-ins', () => {
  it('is refused at once beyond what is let in, and what is let in is answered (ASVS 15.2.2)', async () => {
    let waiting: readonly Sent[] = [];
    await holdingUp(async () => {
      const first = await flood(5);
      waiting = first.waiting;
      expect(statuses(first.refused)).toEqual(new Set([503]));
      expect((await send({ method: 'GET', path: '/sign-in' }).reply).status).toBe(200);
    });
    const replies = await Promise.all(waiting.map(({ reply }) => reply));
    expect(replies).toHaveLength(LET_IN);
    expect(statuses(replies)).toEqual(new Set([422]));
  });

  it('is refused with a page in the language of the person, which has the headers of every page', async () => {
    const calm = await send({ method: 'GET', path: '/no-such-page' }).reply;
    const same = (headers: IncomingHttpHeaders) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !CHANGES.includes(name)));
    let waiting: readonly Sent[] = [];
    await holdingUp(async () => {
      ({ waiting } = await flood(1));
      const asked = [
        [{}, 'en'],
        [{ 'accept-language': 'es-MX,en;q=0.5' }, 'es'],
        [{ cookie: `${cookie}; portico-language=es`, 'accept-language': 'en' }, 'es'],
        [{ cookie: 'portico-language=xx' }, 'en'],
      ] as const;
      for (const [headers, language] of asked) {
        for (const path of ['/sign-in', '/sign-in?return=%2Fcases', '/sign-in/']) {
          const reply = await send(signIn(headers, path)).reply;
          expect(reply.status).toBe(503);
          expect(reply.headers['retry-after']).toBe('5');
          expect(same(reply.headers)).toEqual(same(calm.headers));
          expect(reply.body).toContain(`<html lang="${language}"`);
          expect(reply.body).toContain('<div class="portico-error-page__status">503</div>');
          expect(reply.body).not.toContain('_csrf');
          expect(reply.body).not.toContain('cases');
        }
      }
    });
    await Promise.all(waiting.map(({ reply }) => reply));
  });

  it('is refused on a connection that stays, whatever the size of what was sent', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let waiting: readonly Sent[] = [];
    await holdingUp(async () => {
      ({ waiting } = await flood(1));
      const first = await send(signIn(), agent).reply;
      const second = await send({ ...signIn(), body: 'x'.repeat(60_000) }, agent).reply;
      const page = await send({ method: 'GET', path: '/help' }, agent).reply;
      expect([first, second, page].map(({ status }) => status)).toEqual([503, 503, 200]);
      expect([first, second, page].map(({ reused }) => reused)).toEqual([false, true, true]);
    });
    agent.destroy();
    await Promise.all(waiting.map(({ reply }) => reply));
  });

  it('lets a known device in all the same, but not one that a stranger made up', async () => {
    const person = await signUp(app);
    const device = person.visit.cookies.get('__Host-portico-device') ?? '';
    const from = (token: string) =>
      send({
        ...signIn({ cookie: `${cookie}; __Host-portico-device=${token}` }),
        body: formBody({
          identifier: person.email,
          password: person.password,
          _csrf: stranger.token(),
        }),
      });
    let waiting: readonly Sent[] = [];
    await holdingUp(async () => {
      ({ waiting } = await flood(1));
      const own = from(device);
      expect((await from('A'.repeat(43)).reply).status).toBe(503);
      // It stands in line once.
      expect((await from(device).reply).status).toBe(503);
      waiting = [own, ...waiting];
    });
    const [own] = await Promise.all(waiting.map(({ reply }) => reply));
    expect(own?.headers.location).toBe('/sign-in/code');
  });

  it('that hangs up leaves no place taken', async () => {
    for (let round = 0; round < 2; round++) {
      await holdingUp(async () => {
        const { waiting } = await flood(1);
        for (const sent of waiting) sent.hangUp();
        await Promise.allSettled(waiting.map(({ reply }) => reply));
      });
    }
    const { reply } = send(signIn());
    expect((await reply).status).toBe(422);
    let waiting: readonly Sent[] = [];
    await holdingUp(async () => {
      const again = await flood(3);
      waiting = again.waiting;
      expect(statuses(again.refused)).toEqual(new Set([503]));
    });
    expect(statuses(await Promise.all(waiting.map(({ reply }) => reply)))).toEqual(new Set([422]));
  });

  it('that sends slowly takes no place', async () => {
    const slow = await Promise.all(
      Array.from({ length: LET_IN }, async () => {
        const { method, path, headers } = signIn({ 'content-length': 1_000 });
        const outgoing = request({ port, host: '127.0.0.1', method, path, headers });
        outgoing.on('error', () => {});
        await new Promise((sent) => outgoing.write('identifier=', sent));
        return outgoing;
      }),
    );
    const { reply } = send(signIn());
    expect((await reply).status).toBe(422);
    for (const outgoing of slow) outgoing.destroy();
  });
});
