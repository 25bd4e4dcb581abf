import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { StorageUnavailable } from './faults.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Does something with the file system. @throws StorageUnavailable */
export async function reaching<T>(doing: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new StorageUnavailable(doing, error);
  }
}

/** Whether a file system says that something is not there. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Waits until the names of a folder are on the disk. */
export async function flushFolder(folder: string): Promise<void> {
  // Windows opens no folders, and writes names by itself.
  if (platform() === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder that is its owner's alone, and waits until its name is on the disk. */
export async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (made !== undefined) await flushFolder(dirname(made));
}

/**
 * Writes a new file, whole, or none.
 * @param isLasting whether to wait until it is on the disk
 * @throws StorageUnavailable, or what the bytes' own source throws
 * @returns how many bytes there were
 */
export async function writeNewFile(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  isLasting: boolean,
): Promise<number> {
  const handle = await reaching('write a blob', async () => {
    await makeFolder(dirname(path));
    return open(path, 'wx', FILE_MODE);
  });
  let size = 0;
  try {
    for await (const part of bytes) {
      await reaching('write a blob', () => handle.writeFile(part));
      size += part.length;
    }
    if (isLasting) await reaching('write a blob', () => handle.sync());
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
  await reaching('write a blob', () => handle.close());
  return size;
}

/** Removes the files of a folder that were last written before an instant. */
export async function removeFilesBefore(folder: string, before: Date): Promise<void> {
  for (const name of await readdir(folder).catch(absentAs<string[]>([]))) {
    const path = join(folder, name);
    const { mtime } = await stat(path).catch(absentAs({ mtime: before }));
    if (mtime < before) await rm(path, { force: true });
  }
}

/** Takes something else for what is not there. */
const absentAs =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (isAbsent(error)) return otherwise;
    throw error;
  };
