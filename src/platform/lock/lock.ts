import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

export type Lock = {
  /** Lets go of it; a second time changes nothing. */
  release(): void;
};

const TAKE = {
  alone: 'pragma journal_mode = memory; begin exclusive',
  together: 'pragma journal_mode = memory; begin; select count(*) from sqlite_schema',
};
const OWNERS = 0o600;
const OF_OTHERS = 0o077;
const SQLITE_BUSY = 5;
const PAUSE_MILLISECONDS = 50;

/**
 * Takes a lock that a file stands for, between processes of this machine: alone, or together with others who take it
 * together. The operating system frees it when the process ends, however it ends. Node has no file locks of its own;
 * an empty SQLite database has.
 * @returns null when somebody has it already, also in this process
 */
export function takeLock(file: string, how: keyof typeof TAKE): Lock | null {
  closeToOthers(file);
  const database = new DatabaseSync(file);
  try {
    database.exec(TAKE[how]);
    return {
      release: () => {
        if (database.isOpen) database.close();
      },
    };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

/**
 * Sees to it that no other user can open a file, and so take its lock. An existing one isn't opened: to close it again would
 * end the locks that this process holds (POSIX, fcntl).
 */
function closeToOthers(file: string): void {
  if (!existsSync(file)) writeFileSync(file, '', { mode: OWNERS, flag: 'a' });
  else if ((statSync(file).mode & OF_OTHERS) !== 0) chmodSync(file, OWNERS);
}

/** Takes a lock alone as soon as nobody has it. @throws when that takes too long */
export async function waitForLock(file: string, milliseconds: number): Promise<Lock> {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    const lock = takeLock(file, 'alone');
    if (lock !== null) return lock;
    await setTimeout(PAUSE_MILLISECONDS);
  }
  throw new Error(`another process does not let go of ${file}`);
}
