import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypeOf } from '../../platform/uploads/index.ts';
import { type FileSource, type FoundFile, LARGEST_FILE, TOO_LARGE } from '../documents/index.ts';

const bad = (reason: string): FoundFile => ({ is: 'bad', reason });
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const UNREADABLE = 'its file cannot be read, or is a link';

/**
 * The files of a folder, by plain names. Whatever is no ordinary file is refused, and so is a link, which could name
 * anything on this machine.
 */
export function folderOfFiles(folder: string): FileSource {
  const opened = (name: string) =>
    // Without NONBLOCK a pipe would be waited for.
    open(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

  return async (name) => {
    const file = await opened(name).catch(
      (error: unknown): FoundFile => (isMissing(error) ? { is: 'missing' } : bad(UNREADABLE)),
    );
    if ('is' in file) return file;
    try {
      const stats = await file.stat();
      const { size } = stats;
      if (!stats.isFile()) return bad('its file is no ordinary file');
      if (size > LARGEST_FILE) return TOO_LARGE;
      const head = Buffer.alloc(16);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const mediaType = mediaTypeOf(head.subarray(0, bytesRead));
      if (mediaType === null) return bad('its file is not a PDF, PNG or JPEG file');
      const hash = createHash('sha256');
      for await (const part of contentOf(file)) hash.update(part);
      const again = async function* () {
        const handle = await opened(name);
        try {
          yield* contentOf(handle);
        } finally {
          await handle.close();
        }
      };
      return { is: 'file', mediaType, size, sha256: hash.digest(), open: again };
    } finally {
      await file.close();
    }
  };
}

const contentOf = (file: FileHandle): AsyncIterable<Buffer> =>
  file.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 });
