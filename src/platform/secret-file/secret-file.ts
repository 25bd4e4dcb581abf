import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** Reading and changing, by whoever is neither the file's owner nor in its group. */
const OPEN_TO_ALL = 0o006;

/**
 * Reads a file that holds a secret (ASVS 13.3.2).
 * @throws where it is missing or open to everybody on the machine; names the file, and nothing that is in it
 */
export function readSecretFile(path: string): string {
  // Without waiting: into what turns out to be a pipe perhaps nobody ever writes.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`${path} is not a plain file`);
    // Windows has no such bits.
    if (platform() !== 'win32' && (stats.mode & OPEN_TO_ALL) !== 0)
      throw new Error(`${path} holds a secret and is open to every user of this machine: chmod o= ${path}`);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
