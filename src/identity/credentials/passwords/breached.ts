import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** Passwords that were stolen somewhere. */
export type BreachedPasswords = {
  /** Whether a password is one of them. */
  has(password: string): Promise<boolean>;
  close(): Promise<void>;
};

/** Where no list is set up. */
export const noBreachedPasswords: BreachedPasswords = { has: async () => false, close: async () => {} };

const HASH = /^[0-9A-Fa-f]{40}/;
/** More than a line: a hash, a colon, a count and what ends the line. */
const LONGEST_LINE = 64;
/** What is read at once when little is left to search. */
const LEFT = 4_096;

/**
 * Opens a list as Have I Been Pwned's downloader writes it into one file: a line for each password with its SHA-1 in
 * hexadecimal, a colon and how often it was seen, sorted by the hash. It is searched where it lies, about thirty short
 * reads for a thousand million lines, and nothing leaves the machine (ASVS 6.2.4, 6.2.12, NIST SP 800-63B-4 §3.1.1.2).
 * @throws where the file cannot be read or is something else
 */
export async function openBreachedPasswords(path: string): Promise<BreachedPasswords> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const [first, last] = [await lineFrom(file, 0), await lineFrom(file, size - 2 * LONGEST_LINE)];
    if (first === null || last === null || first.hash > last.hash)
      throw new Error(`${path} is not a list of SHA-1 hashes in their order, one a line`);
    return { has: (password) => search(file, size, sha1(password)), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

async function search(file: FileHandle, size: number, wanted: string): Promise<boolean> {
  // The wanted line, if it is there, begins in [from, to).
  let [from, to] = [0, size];
  while (to - from > LEFT) {
    const middle = Math.floor((from + to) / 2);
    const line = await lineFrom(file, middle);
    if (line !== null && line.hash <= wanted) from = line.at;
    else to = middle;
  }
  const left = await read(file, from, to - from + LONGEST_LINE);
  return `\n${left}`.toUpperCase().includes(`\n${wanted}`);
}

/** The first whole line at or after a place; null where there is none. */
async function lineFrom(file: FileHandle, place: number): Promise<{ at: number; hash: string } | null> {
  // The sign before tells whether a line begins right here.
  const before = Math.max(place - 1, 0);
  const text = await read(file, before, 2 * LONGEST_LINE);
  const skipped = place <= 0 ? 0 : text.indexOf('\n') + 1;
  const hash = skipped === 0 && place > 0 ? undefined : HASH.exec(text.slice(skipped))?.[0];
  return hash === undefined ? null : { at: before + skipped, hash: hash.toUpperCase() };
}

async function read(file: FileHandle, place: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, place);
  return buffer.toString('latin1', 0, bytesRead);
}
