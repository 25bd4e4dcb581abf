import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { asBlobId, type Blobs, openBlobs, StorageUnavailable } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'portico-folder-'));
afterAll(() => rmSync(temporary, { recursive: true }));
let serial = 0;
const newFolder = () => join(temporary, `${++serial}`);
const putBlob = join(import.meta.dirname, '../../testing/put-blob.ts');
const LIMIT = { maxBytes: 1_000_000 };

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
async function idsOf(blobs: Blobs): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of blobs.ids()) ids.push(id);
  return ids;
}
/** Whether a disk of our own can be mounted where nobody else sees it. */
const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', temporary]).status === 0;

describe('a folder of blobs', () => {
  it('is readable by its owner only (ASVS 14.2.4)', async () => {
    const folder = newFolder();
    const blobs = await openBlobs({ is: 'folder', folder });
    const put = await blobs.put(Readable.from([Buffer.from('a')]), LIMIT);
    if (put.is !== 'stored') throw new Error(put.is);
    const shard = put.id.slice(-2);
    for (const each of ['.', 'incoming', shard])
      expect([each, await modeOf(join(folder, each))]).toEqual([each, '700']);
    expect(await modeOf(join(folder, shard, put.id))).toBe('600');
  });

  it('is empty before the first blob, and lists nothing that is no blob (ASVS 5.3.2)', async () => {
    const folder = newFolder();
    const blobs = await openBlobs({ is: 'folder', folder });
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.removeUnfinished(new Date());
    await mkdir(join(folder, 'ab'), { recursive: true });
    await mkdir(join(folder, 'lost+found'));
    for (const name of ['ab/note.txt', 'README', 'lost+found/018f0000-0000-7000-8000-0000000000ab'])
      await writeFile(join(folder, name), '');
    expect(await idsOf(blobs)).toEqual([]);
  });

  it('shows nothing of a blob whose writer was killed, and what is left of it can be removed', async () => {
    const folder = newFolder();
    const writer = spawn(process.execPath, [putBlob, folder, 'endless'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(writer.stdout, 'data');
    expect(String(said)).toBe('begun\n');
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const blobs = await openBlobs({ is: 'folder', folder });
    expect(await idsOf(blobs)).toEqual([]);
    const incoming = join(folder, 'incoming');
    const [left = ''] = await readdir(incoming);
    expect((await stat(join(incoming, left))).size).toBeGreaterThan(500_000);
    await blobs.removeUnfinished(new Date(Date.now() - 3_600_000));
    expect(await readdir(incoming)).toEqual([left]);
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(incoming, left), hourAgo, hourAgo);
    await blobs.removeUnfinished(new Date(Date.now() - 1_800_000));
    expect(await readdir(incoming)).toEqual([]);
  });

  it.skipIf(!canMount)('says so when the disk is full, and keeps nothing of it', async () => {
    const folder = newFolder();
    await mkdir(folder);
    const script = `mount -t tmpfs -o size=2m none "$1" &&
      "$2" "$3" "$1" 300000 && "$2" "$3" "$1" 3000000 && find "$1/incoming" -type f && "$2" "$3" "$1" 300000`;
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', folder, process.execPath, putBlob],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual(['stored', 'begun', 'ENOSPC', 'stored', '']);
  });

  it('is unavailable where it is no folder, and answers 503', async () => {
    const folder = newFolder();
    await writeFile(folder, '');
    const blobs = await openBlobs({ is: 'folder', folder });
    const put = () => blobs.put(Readable.from([Buffer.from('a')]), LIMIT);
    const id = asBlobId.parse('018f0000-0000-7000-8000-00000000dead');
    const good = await openBlobs({ is: 'folder', folder: newFolder() });
    const kept = await good.put(Readable.from([Buffer.from('a')]), LIMIT);
    if (kept.is !== 'stored') throw new Error(kept.is);
    for (const act of [
      put,
      () => blobs.open({ ...kept, id }),
      () => blobs.remove(id),
      () => idsOf(blobs),
      () => blobs.check(),
    ])
      await expect(act()).rejects.toThrow(StorageUnavailable);
    await expect(put()).rejects.toMatchObject({ statusCode: 503, retryAfterSeconds: 30 });
    await expect(blobs.open({ ...kept, id })).rejects.toMatchObject({ code: 'ENOTDIR' });
    await rm(folder);
    await expect(blobs.check()).resolves.toBeUndefined();
    expect((await put()).is).toBe('stored');
  });
});
