import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET, S3_ACCOUNT, startS3 } from '../../testing/s3.ts';
import { sendDrop } from './feeder.ts';
import { blobsOf, leftAfterTidying, missing, openAll, renderTheRest } from './kept.ts';
import { type Drop, letterDrop, openingDrop, receiptOf } from './lines.ts';
import { makeWorld, type World } from './world.ts';

const MINUTES = 60_000;
const folderOf = (world: World) => join(world.folder, 'sent');
const send = (world: World, drop: Drop, name: string) =>
  sendDrop(drop, { name, folder: folderOf(world), environment: world.environment }).told();

const onDisk = await makeWorld();
const store = await startS3();
const inStore = await makeWorld({
  PORTICO_STORAGE: `s3://${BUCKET}/portal`,
  PORTICO_S3_ENDPOINT: store.endpoint,
  PORTICO_S3_REGION: 'eu-west-1',
  PORTICO_S3_ACCESS_KEY_ID: S3_ACCOUNT,
  PORTICO_S3_SECRET_ACCESS_KEY: S3_ACCOUNT,
});

/** Whether a disk of our own can be mounted where nobody else sees it. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;
const FEED = join(import.meta.dirname, '../../../dist/commands/feed.js');
const SCRIPT = `mount -t tmpfs -o size=2m none "$BLOBS"
  send() { "$NODE" "$FEED" "$SENT/$1.ndjson" --files "$SENT"; echo "code $?"; }
  send small
  send large
  find "$BLOBS" -type f | wc -l
  mount -o remount,size=64m "$BLOBS"
  send large
  cp -a "$BLOBS" "$OUT"`;

it.skipIf(!canMount)(
  'a full disk is said, loses nothing, is filled no further, and is gone on with once there is room',
  async () => {
    const world = onDisk;
    const { environment, database } = world;
    const [small, large] = [
      letterDrop('small', [200_000, 300_000]),
      letterDrop('large', Array(20).fill(200_000)),
    ];
    const opening = openingDrop(1);
    const sent = folderOf(world);
    for (const [name, { lines, files }] of Object.entries({
      small: { lines: [...opening.lines, ...small.lines], files: small.files },
      large,
    })) {
      writeFileSync(join(sent, `${name}.ndjson`), lines.map(({ text }) => `${text}\n`).join(''));
      for (const file of files) writeFileSync(join(sent, file.name), file.bytes);
    }
    const blobsFolder = join(environment['PORTICO_DATA'] ?? '', 'blobs');
    mkdirSync(blobsFolder, { recursive: true });
    const { PATH = '', HOME = '' } = process.env;
    const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', SCRIPT], {
      encoding: 'utf8',
      env: {
        ...{ PATH, HOME, ...environment },
        ...{ NODE: process.execPath, FEED, SENT: sent, BLOBS: blobsFolder, OUT: join(world.folder, 'out') },
      },
    });
    expect(stderr.split('\n')).toEqual([
      'the storage could not write a blob: ENOSPC',
      'until then: 0 read, 0 added, 0 already known, 0 bad; send the same again',
      '',
    ]);
    expect(stdout.split('\n')).toEqual([
      '3 read, 3 added, 0 already known, 0 bad',
      'code 0',
      'code 2',
      '2',
      '20 read, 20 added, 0 already known, 0 bad',
      'code 0',
      '',
    ]);
    rmSync(blobsFolder, { recursive: true });
    cpSync(join(world.folder, 'out'), blobsFolder, { recursive: true });
    const blobs = await blobsOf(world);
    const readers = [await world.reader('reader', [receiptOf(0)])];
    expect(await openAll(world, blobs, { readers, drops: [small, large] })).toEqual({
      wrong: [],
      opened: 22,
    });
    expect(await leftAfterTidying(world, blobs)).toEqual([]);
    expect(await missing(database, ['small-0', 'large-19'])).toEqual([]);
  },
  8 * MINUTES,
);

it(
  'an object store that is gone is said, loses nothing, and is gone on with once it is back, also by a server that was killed meanwhile',
  async () => {
    const world = inStore;
    const drops = [letterDrop('before', [1_000, 200_000]), letterDrop('while', [1_000, 200_000])] as const;
    const [before, meanwhile] = drops;
    const first = { lines: [...openingDrop(1).lines, ...before.lines], files: before.files };
    expect((await send(world, first, 'before')).code).toBe(0);
    await world.start();
    const reader = await world.reader('reader', [receiptOf(0)]);
    const ask = (path: string) => fetch(`${world.address()}${path}`, { headers: { cookie: reader.cookie } });
    const { id } = await world.database
      .selectFrom('document')
      .select('id')
      .where('event', '=', 'before-1')
      .executeTakeFirstOrThrow();
    expect((await ask(`/documents/${id}/file`)).status).toBe(200);

    await store.stop();
    const pagesWithout = async () => {
      const answer = await ask(`/documents/${id}/file`);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
      for (const path of ['/home', '/documents', `/documents/${id}`])
        expect([path, (await ask(path)).status]).toEqual([path, 200]);
    };
    await pagesWithout();
    const run = sendDrop(meanwhile, {
      name: 'meanwhile',
      folder: folderOf(world),
      environment: world.environment,
    });
    expect((await run.told()).code).toBe(2);
    expect(run.err()).toMatch(/^the storage could not write a blob: ECONNREFUSED\nuntil then: 0 read, /);
    await world.kill();
    await world.start();
    await expect.poll(world.warned).toContain('Documents can be neither kept nor opened');
    await pagesWithout();
    expect(await missing(world.database, ['before-0', 'before-1'])).toEqual([]);
    expect(await missing(world.database, ['while-0'])).toEqual(['while-0']);

    await store.startAgain();
    expect((await ask(`/documents/${id}/file`)).status).toBe(200);
    expect((await send(world, meanwhile, 'again')).summary).toMatchObject({ added: 2, bad: 0 });
    await world.kill();
    const blobs = await blobsOf(world);
    await renderTheRest(world, blobs);
    expect(await openAll(world, blobs, { readers: [reader], drops })).toEqual({ wrong: [], opened: 4 });
    expect(await leftAfterTidying(world, blobs)).toEqual([]);
  },
  8 * MINUTES,
);
