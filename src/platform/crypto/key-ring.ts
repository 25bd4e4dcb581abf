import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readSecretFile } from '../secret-file/index.ts';

const Key = z
  .base64()
  .transform((text): Buffer => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, 'not 32 bytes');

const KeyRingFile = z
  .strictObject({
    version: z.literal(1),
    current: z.string(),
    /** Key-encryption keys by name; they wrap the data keys of accounts and cases. */
    keys: z.record(z.string().regex(/^[a-z0-9-]{1,40}$/), Key),
    /** The key that was added last, as long as it does not wrap yet. */
    added: z.string().optional(),
    /** Key of the blind indexes. It never rotates: rows are found by it. */
    index: Key,
    /** Secret input of the password hashes. */
    pepper: Key,
    /** Signs CSRF tokens. */
    cookies: Key,
  })
  .refine((ring) => ring.current in ring.keys, 'the current key is not among the keys')
  .refine(
    (ring) => ring.added === undefined || ring.added in ring.keys,
    'the added key is not among the keys',
  );

export type KeyRing = z.infer<typeof KeyRingFile>;

/**
 * Where a key ring is kept. The file is the default; a key management service implements the same two calls, holding
 * the ring as one sealed blob.
 */
export type KeyRingStore = {
  /** @throws when there is no ring or it cannot be read: the caller must not go on */
  load(): KeyRing;
  save(ring: KeyRing): void;
  exists(): boolean;
};

/** A ring in a file that only its owner can read. */
export function keyRingFile(path: string): KeyRingStore {
  return {
    exists: () => existsSync(path),
    load: () => {
      const parsed = KeyRingFile.safeParse(readJson(readSecretFile(path)));
      if (!parsed.success)
        throw new Error(`the key ring ${path} is damaged: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    },
    save: (ring) => {
      const base64 = (key: Buffer) => key.toString('base64');
      const text = JSON.stringify(
        {
          ...ring,
          keys: Object.fromEntries(Object.entries(ring.keys).map(([name, key]) => [name, base64(key)])),
          index: base64(ring.index),
          pepper: base64(ring.pepper),
          cookies: base64(ring.cookies),
        },
        null,
        2,
      );
      refuseReadOnly(path, () => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true });
        chmodSync(`${path}.new`, 0o600);
        renameSync(`${path}.new`, path);
      });
    },
  };
}

/** Says what to do with a ring that a secrets manager lays there to be read only. */
function refuseReadOnly(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['EROFS', 'EACCES', 'EPERM'].includes(code)) throw error;
    throw new Error(
      `the key ring ${path} cannot be written (${code}). Where a secrets manager lays it there, change a copy: set PORTICO_KEY_RING to the copy for this command, then give the copy to the manager and restart every server (docs/operators.md, "A key ring from a secrets manager")`,
    );
  }
}

/** Undefined for what is no JSON: the parser's own error would quote the keys. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function newKeyRing(): KeyRing {
  const key = newKey();
  return {
    version: 1,
    current: key.name,
    keys: { [key.name]: key.key },
    index: randomBytes(32),
    pepper: randomBytes(32),
    cookies: randomBytes(32),
  };
}

/** The same ring with one more key-encryption key, which can open but does not wrap yet. */
export function withNewKey(ring: KeyRing): KeyRing {
  const key = newKey();
  return { ...ring, added: key.name, keys: { ...ring.keys, [key.name]: key.key } };
}

/**
 * The same ring, whose added key wraps from now on; the older ones still open.
 * @throws when none was added
 */
export function withAddedKeyCurrent({ added, ...ring }: KeyRing): KeyRing {
  if (added === undefined) throw new Error('no key was added that does not wrap yet');
  return { ...ring, current: added };
}

/** The same ring with only the current key-encryption key. Safe once nothing is wrapped by the others. */
export function withoutOldKeys({ added: _, ...ring }: KeyRing): KeyRing {
  const current = ring.keys[ring.current];
  if (current === undefined) throw new Error('the current key is not in the ring');
  return { ...ring, keys: { [ring.current]: current } };
}

function newKey(): { name: string; key: Buffer } {
  const key = randomBytes(32);
  return { name: `k-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`, key };
}
