import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { v7 as uuid } from 'uuid';
import type { Storage } from './storage.ts';

const place = (row: string) => ({ table: 'storage', column: 'blob', row });

/** Keeps each blob as one sealed file of a folder. */
export function folderStorage(folder: string): Storage {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    put: async (content, key, { maxBytes }) => {
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const part of content) {
        size += part.length;
        if (size > maxBytes) return { is: 'too-large' };
        parts.push(part);
      }
      const whole = Buffer.concat(parts);
      const id = uuid();
      const file = join(folder, id);
      await writeFile(`${file}.part`, key.seal(whole.toString('base64'), place(id)), { flush: true });
      await rename(`${file}.part`, file);
      return { is: 'stored', id, size, sha256: createHash('sha256').update(whole).digest() };
    },
    open: (id, key, range) =>
      Readable.from(
        (async function* () {
          const whole = Buffer.from(key.unseal(await readFile(join(folder, id)), place(id)), 'base64');
          yield range === undefined ? whole : whole.subarray(range.from, range.to + 1);
        })(),
      ),
    remove: (id) => rm(join(folder, id), { force: true }),
    ids: async function* () {
      for (const name of await readdir(folder)) if (!name.endsWith('.part')) yield name;
    },
  };
}
