import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { makeDownloads } from './downloads.ts';

const MOST = { ofOwner: 2, inAll: 3 };
/** More than what systems keep of a connection that nobody reads. */
const CHUNKS = 1_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that has a large file for whoever asks, named by the address. */
async function serve(stallMilliseconds: number) {
  const downloads = makeDownloads({ most: MOST, stallMilliseconds });
  const files: Readable[] = [];
  const server = fastify();
  server.addHook('preClose', (done) => {
    downloads.stop();
    done();
  });
  server.get<{ Params: { who: string } }>('/:who', async ({ params: { who } }, reply) => {
    if (downloads.begin(reply.raw, who) === 'full') return reply.code(503).send();
    const file = Readable.from(Array.from({ length: CHUNKS }, () => Buffer.alloc(64 * 1024)));
    files.push(file);
    return reply.send(file);
  });
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  let closed: Promise<unknown> | null = null;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  closing.push(close);
  /** Asks, and reads nothing. */
  const stall = async (who: string): Promise<Socket> => {
    const before = downloads.size();
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET /${who} HTTP/1.1\r\nHost: x\r\n\r\n`);
    closing.unshift(async () => socket.destroy());
    await expect.poll(downloads.size).toBe(before + 1);
    return socket;
  };
  const status = async (who: string) => {
    const { status, body } = await fetch(`${origin}/${who}`);
    await body?.cancel();
    return status;
  };
  return { downloads, files, origin, stall, status, close };
}

it('are so many for one, and so many in all', async () => {
  const { downloads, stall, status } = await serve(60_000);
  const [first] = [await stall('a'), await stall('a')];
  expect(await status('a')).toBe(503);
  await stall('b');
  expect(await status('c')).toBe(503);
  first.destroy();
  await expect.poll(downloads.size).toBe(2);
  expect(await status('c')).toBe(200);
});

it('are cut off where nobody reads them, and no longer read from', async () => {
  const { downloads, files, stall } = await serve(300);
  await stall('a');
  await expect.poll(downloads.size).toBe(0);
  expect(files.map(({ destroyed, readableEnded }) => [destroyed, readableEnded])).toEqual([[true, false]]);
});

it('go on for as long as somebody reads', async () => {
  const { downloads, origin } = await serve(3_000);
  const { body } = await fetch(`${origin}/a`);
  let [read, next] = [0, 0];
  const began = performance.now();
  for await (const part of body ?? []) {
    read += part.length;
    if (read < next) continue;
    next += 4_000_000;
    // Slower than the limit in all, and faster at each step.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect(read).toBe(CHUNKS * 64 * 1024);
  expect(performance.now() - began).toBeGreaterThan(3_000);
  await expect.poll(downloads.size).toBe(0);
});

it('keep no server from closing', async () => {
  const { downloads, stall, close } = await serve(60_000);
  const socket = await stall('a');
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await close();
  socket.resume();
  await ended;
  expect(downloads.size()).toBe(0);
});
