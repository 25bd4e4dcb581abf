import { constants } from 'node:fs';
import { access, type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteRange, SEALED_CHUNK } from './chunks.ts';
import { BlobDamaged, BlobMissing, StorageUnavailable } from './faults.ts';
import { flushFolder, isAbsent, makeFolder, reaching, removeFilesBefore, writeNewFile } from './file.ts';
import { type BlobId, isBlobId, type SealedContent, type Store, type StoredBlob } from './store.ts';

const INCOMING = 'incoming';
const SHARD = /^[\da-f]{2}$/;

/**
 * Blobs as files of a folder, in 256 folders by the last two digits of their ids, which are random. A file is written
 * beside them first, and gets its name once it is whole and on the disk.
 */
export function folderStore(folder: string): Store {
  const incoming = join(folder, INCOMING);
  const shardOf = (id: BlobId) => join(folder, id.slice(-2));
  const pathOf = (id: BlobId) => join(shardOf(id), id);
  return {
    write: async (id, sealed) => {
      const unfinished = join(incoming, id);
      await writeNewFile(unfinished, sealed, true);
      await reaching('write a blob', async () => {
        await makeFolder(shardOf(id));
        await rename(unfinished, pathOf(id));
        await flushFolder(shardOf(id));
      }).catch(async (error: unknown) => {
        await rm(unfinished, { force: true }).catch(() => {});
        throw error;
      });
    },
    read: async (id, range) => {
      const handle = await open(pathOf(id), 'r').catch((error: unknown) => {
        throw isAbsent(error) ? new BlobMissing(id) : new StorageUnavailable('read a blob', error);
      });
      try {
        const { size: total } = await reaching('read a blob', () => handle.stat());
        const { first, last } = range ?? { first: 0, last: total - 1 };
        if (first >= total) throw new BlobDamaged(id);
        return { content: partsOf(handle, { first, last }), total };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
    remove: (id) =>
      reaching('remove a blob', async () => {
        try {
          await rm(pathOf(id));
          await flushFolder(shardOf(id));
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      }),
    list: () => list(folder),
    removeUnfinished: (before) =>
      reaching('remove what was not finished', () => removeFilesBefore(incoming, before)),
    check: () =>
      reaching('be reached', async () => {
        await makeFolder(incoming);
        for (const each of [folder, incoming]) await access(each, constants.R_OK | constants.W_OK);
      }),
    close: () => {},
  };
}

/** Reads into one buffer again and again: a stream takes a new one each time, which costs more than all the reading. */
function partsOf(handle: FileHandle, { first, last }: ByteRange): SealedContent {
  async function* parts(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(SEALED_CHUNK, last + 1 - first));
    try {
      for (let at = first; at <= last; ) {
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, last + 1 - at), at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
  return {
    [Symbol.asyncIterator]: parts,
    destroy: () => {
      handle.close().catch(() => {});
    },
  };
}

async function* list(folder: string): AsyncGenerator<StoredBlob> {
  for (const shard of await namesIn(folder)) {
    if (!SHARD.test(shard)) continue;
    for (const id of await namesIn(join(folder, shard))) {
      if (!isBlobId(id)) continue;
      const found = await reaching('list blobs', () => stat(join(folder, shard, id)).catch(ignoreAbsent));
      if (found !== null) yield { id, storedAt: found.mtime };
    }
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return reaching('list blobs', async () => (await readdir(folder).catch(ignoreAbsent)) ?? []);
}

function ignoreAbsent(error: unknown): null {
  if (isAbsent(error)) return null;
  throw error;
}
