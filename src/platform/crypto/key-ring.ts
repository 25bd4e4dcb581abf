import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readSecretFile } from '../secret-file/index.ts';

const Key = z
  .base64()
  .transform((text): Buffer => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32, 'not 32 bytes');

/** What a key is for. Keys of one name are made, used and retired together. */
export const KEY_KINDS = [
  /** Wraps the data keys of accounts and cases. */
  'wrap',
  /** Makes the blind indexes by which rows are found. */
  'index',
  /** Secret input of the password hashes. */
  'pepper',
  /** Signs the tokens of forms. */
  'forms',
] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const Name = z.string().regex(/^[a-z0-9-]{1,40}$/);
const Keys = z.record(Name, Key);

const KeyRingFile = z
  .strictObject({
    version: z.literal(2),
    /** The name of the keys that are written with. */
    current: Name,
    /** The name of the keys that were added last, as long as nothing is written with them yet. */
    added: Name.optional(),
    keys: z.strictObject({ wrap: Keys, index: Keys, pepper: Keys, forms: Keys }),
  })
  .refine((ring) => isWhole(ring, ring.current), 'the current key is not among the keys')
  .refine(
    (ring) => ring.added === undefined || isWhole(ring, ring.added),
    'the added key is not among the keys',
  );

export type KeyRing = z.infer<typeof KeyRingFile>;

const isWhole = ({ keys }: { readonly keys: Readonly<Record<KeyKind, object>> }, name: string): boolean =>
  KEY_KINDS.every((kind) => name in keys[kind]);

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
      const base64 = (keys: Record<string, Buffer>) =>
        Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.toString('base64')]));
      const { wrap, index, pepper, forms } = ring.keys;
      const keys = { wrap: base64(wrap), index: base64(index), pepper: base64(pepper), forms: base64(forms) };
      const text = JSON.stringify({ ...ring, keys }, null, 2);
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
  const name = newName();
  return {
    version: 2,
    current: name,
    keys: eachKind(() => ({ [name]: randomBytes(32) })),
  };
}

/** The same ring with one more key of each kind, which reads but does not write yet; one that has such stays as it is. */
export function withNewKeys(ring: KeyRing): KeyRing {
  if (ring.added !== undefined) return ring;
  const name = newName();
  return {
    ...ring,
    added: name,
    keys: eachKind((kind) => ({ ...ring.keys[kind], [name]: randomBytes(32) })),
  };
}

/** The same ring, whose added keys write from now on; the older ones still read. Without added ones it stays as it is. */
export function withAddedKeysCurrent(ring: KeyRing): KeyRing {
  const { added, ...others } = ring;
  return added === undefined ? ring : { ...others, current: added };
}

/** The names in a ring of keys that nothing is written with any more. */
export function olderNames({ current, added, keys }: KeyRing): readonly string[] {
  const all = new Set(KEY_KINDS.flatMap((kind) => Object.keys(keys[kind])));
  return [...all].filter((name) => name !== current && name !== added).sort();
}

/** The same ring without some of its older keys. Safe once nothing needs them. */
export function withoutOldKeys(
  ring: KeyRing,
  isNeeded: (kind: KeyKind, name: string) => boolean = () => false,
): KeyRing {
  const older = olderNames(ring);
  return {
    ...ring,
    keys: eachKind((kind) =>
      Object.fromEntries(
        Object.entries(ring.keys[kind]).filter(([name]) => !older.includes(name) || isNeeded(kind, name)),
      ),
    ),
  };
}

function eachKind(keysOf: (kind: KeyKind) => Record<string, Buffer>): KeyRing['keys'] {
  return { wrap: keysOf('wrap'), index: keysOf('index'), pepper: keysOf('pepper'), forms: keysOf('forms') };
}

const newName = () => `k-${randomBytes(6).toString('hex')}`;
