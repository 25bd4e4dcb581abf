import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freshDatabase } from '../../testing/database.ts';
import { makeLog } from '../log/index.ts';
import { makeStreams, readingFrom } from '../stream/index.ts';
import { recordSecurityEvent, securityEvents, securityLog } from './index.ts';

const { database, connection, clock, url } = await freshDatabase();
const teller = join(import.meta.dirname, '../../testing/teller.ts');
const Told = z.object({ seq: z.number(), msg: z.literal('security event') });
const numbers = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Told.parse(JSON.parse(line)).seq);

/** @returns the numbers of what the process told before it was killed */
async function tellAndDie(
  dies: 'before the commit' | 'after the commit',
  isRead = true,
): Promise<readonly number[]> {
  const child = spawn(process.execPath, [teller], {
    env: { DATABASE_URL: url, DIES: dies },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  if (!isRead) child.stdout.destroy();
  child.stdout.on('data', (chunk) => {
    told += String(chunk);
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return numbers(told);
}
const place = async () =>
  Number((await database.selectFrom('stream_reader').select('seq').executeTakeFirst())?.seq);

async function recordUpTo(events: number): Promise<void> {
  await database.deleteFrom('stream_reader').execute();
  const { rows } = await sql<{ seq: string }>`
    select coalesce(max(seq), 0) as seq from security_event`.execute(database);
  for (let more = Number(rows[0]?.seq); more < events; more++)
    await recordSecurityEvent(database, clock, { kind: 'signed-in', detail: { more } });
}

// Less than what the log gathers before it writes by itself, and more.
describe.each([5, 60])('the log of %i security events', (events) => {
  const all = Array.from({ length: events }, (_, at) => at + 1);
  beforeEach(() => recordUpTo(events));

  it('has all that is marked as told, also where the process is killed at that moment (ASVS 16.4.3)', async () => {
    expect(await tellAndDie('after the commit')).toEqual(all);
    expect(await place()).toBe(events);
  });

  it('has once more what a process told that was killed before it was marked', async () => {
    expect(await tellAndDie('before the commit')).toEqual(all);
    expect(await place()).toBe(0);
    expect(await tellAndDie('after the commit')).toEqual(all);
    expect(await place()).toBe(events);
  });

  it('is told again of what went into a pipe that nobody reads any more', async () => {
    expect(await tellAndDie('after the commit', false)).toEqual([]);
    expect(await place()).toBe(0);
    expect(await tellAndDie('after the commit')).toEqual(all);
  });

  it('is told again of what could not be written out', async () => {
    let isFull = true;
    const written: string[] = [];
    const disk = {
      write: (line: string) => void written.push(line),
      flush: (done: (error?: Error) => void) => done(isFull ? new Error('the disk is full') : undefined),
    };
    const log = makeLog('info', disk);
    const failures: string[] = [];
    const { read, lags } = makeStreams({
      connection,
      log: makeLog('error', { write: (line: string) => void failures.push(line) }),
      readings: [readingFrom(securityEvents, securityLog(log))],
    });
    await read();
    expect([await place(), (await lags()).get('security-log'), failures.length]).toEqual([0, events, 1]);
    isFull = false;
    written.length = 0;
    await read();
    expect(numbers(written.join(''))).toEqual(all);
    expect([await place(), (await lags()).get('security-log')]).toEqual([events, 0]);
  });
});
