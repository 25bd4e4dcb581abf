import { randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seededRandom } from '../../records/feed/index.ts';
import { type FeedRun, sendDrop } from './feeder.ts';
import { blobsOf, leftAfterTidying, missing, notToldOnce, openAll, renderTheRest } from './kept.ts';
import { type Drop, mixedDrop, openingDrop, receiptOf } from './lines.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { makeWorld } from './world.ts';

/** `npm run test:crash` plays far more of it than a test of every day does. */
const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const SEED = number('PORTICO_CRASH_SEED', randomInt(1_000_000));
const LINES = number('PORTICO_CRASH_LINES', 240);
const KILLS = number('PORTICO_CRASH_KILLS', 2);
const SECOND = 1000;
const DROPS = 3;
const CASES = 12 + Math.floor(LINES / 100);
const PEOPLE = 3;
const FEEDS_AT_ONCE = 2;

/** Each of its own, so that what is sent and what is killed is the same for a seed, whoever comes first. */
const [lines, repeats, kills] = [seededRandom(SEED), seededRandom(SEED + 1), seededRandom(SEED + 2)];
const world = await makeWorld();
const { database, environment } = world;
const folder = join(world.folder, 'sent');
const storage = join(environment['PORTICO_DATA'] ?? '', 'blobs');

const countBlobs = () =>
  existsSync(storage)
    ? readdirSync(storage, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).length
    : 0;

it(
  `keeps all that it acknowledged while server and feed are killed ${KILLS} times, seed ${SEED}`,
  async ({ annotate }) => {
    const opening = openingDrop(CASES);
    const drops = Array.from({ length: DROPS }, (_, at) =>
      mixedDrop(lines, { number: at, count: Math.ceil(LINES / DROPS), cases: CASES }),
    );
    const acknowledged = new Set<string>();
    const acknowledge = async (run: FeedRun) => {
      const told = await run.told();
      for (const id of told.acknowledged) acknowledged.add(id);
      expect(await missing(database, told.acknowledged)).toEqual([]);
      return told;
    };
    const send = (drop: Drop, name: string) => sendDrop(drop, { name, folder, environment });
    expect((await acknowledge(send(opening, 'opening'))).code).toBe(0);
    await world.start();

    const receipts = Array.from({ length: CASES }, (_, at) => receiptOf(at));
    const readers = await Promise.all(
      Array.from({ length: PEOPLE }, (_, who) =>
        world.reader(
          `reader-${who}`,
          receipts.filter((_each, at) => at % PEOPLE === who),
        ),
      ),
    );
    const pages: OpenPage[] = [];
    for (const [who, { cookie }] of readers.entries())
      for (const path of ['/home', '/documents', `/cases/${receipts[who]}`])
        pages.push(await openPage(world.address, cookie, path));

    // Two feeds take from what is there to be sent; each sends a drop again until it was told that all of it is in.
    const waiting = drops.map((drop, at) => ({ drop, name: `drop-${at}` }));
    const running = new Set<FeedRun>();
    let killed = 0;
    let runs = 0;
    const feeding = async (): Promise<void> => {
      for (;;) {
        // What is in is sent again too, as an agency does that is not sure.
        const next = waiting.shift() ?? (killed < KILLS ? repeats.pick(sent) : undefined);
        if (next === undefined) return;
        const run = send(next.drop, `${next.name}-${++runs}`);
        running.add(run);
        const { summary } = await acknowledge(run);
        running.delete(run);
        if (summary === null) waiting.push(next);
      }
    };
    const sent = [...waiting];
    const feeds = Array.from({ length: FEEDS_AT_ONCE }, feeding);

    const killing = async (): Promise<void> => {
      for (; killed < KILLS; killed++) {
        // The first two are the same for every seed: a feed while it stores files, and a server whose pages all have a number
        // to come back with.
        const target =
          (['feed', 'server'] as const)[killed] ?? kills.pick(['server', 'feed', 'all'] as const);
        if (killed === 1)
          await expect
            .poll(() => pages.every((page) => page.heard() > 0), { timeout: 120 * SECOND })
            .toBe(true);
        const blobs = countBlobs() + kills.between(1, 12);
        const isSoon = killed > 0 && kills.chance(50);
        const patience = isSoon ? kills.between(100, 2 * SECOND) : (killed === 0 ? 60 : 10) * SECOND;
        const until = performance.now() + patience;
        while (performance.now() < until && countBlobs() < blobs) await setTimeout(2);
        if (target !== 'server') for (const { child } of running) child.kill('SIGKILL');
        if (target !== 'feed') {
          await world.kill();
          await world.start();
        }
      }
    };
    await Promise.all([killing(), ...feeds]);

    // What every page shows is what it would show now.
    for (const page of pages) {
      await expect.poll(page.resumed, { timeout: 60 * SECOND }).toBeGreaterThan(0);
      await expect
        .poll(async () => (await page.reloaded()) === page.shows(), {
          timeout: 60 * SECOND,
          message: `${page.path} shows what it would show now`,
        })
        .toBe(true);
    }
    for (const page of pages) await page.close();

    // All good lines are there once, and no others.
    const all = { lines: [opening, ...drops].flatMap((drop) => drop.lines), files: [] };
    const count = (is: string) => all.lines.filter((line) => line.is === is).length;
    const { summary } = await acknowledge(send(all, 'again'));
    const known = count('good') + count('again');
    expect(summary).toEqual({ read: all.lines.length, added: 0, known, bad: count('bad') });
    expect(await notToldOnce(database)).toEqual([]);

    await world.kill();
    const blobs = await blobsOf(world);
    await renderTheRest(world, blobs);
    const { wrong, opened } = await openAll(world, blobs, { readers, drops });
    expect(wrong).toEqual([]);
    const before = countBlobs();
    expect(await leftAfterTidying(world, blobs)).toEqual([]);
    expect((await openAll(world, blobs, { readers, drops })).wrong).toEqual([]);
    const resumed = pages.reduce((sum, page) => sum + page.resumed(), 0);
    await annotate(
      `seed ${SEED}: ${acknowledged.size} lines in ${runs} runs, ${opened} files opened, ` +
        `${before - countBlobs()} left by kills and removed, ${resumed} streams resumed`,
    );
  },
  (180 + LINES / 10 + 30 * KILLS) * SECOND,
);
