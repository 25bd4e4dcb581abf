import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { CIPHERS } from './ciphers.ts';
import { type KeyKind, type KeyRing, olderNames } from './key-ring.ts';
import { sameDigest } from './tokens.ts';

/** Where a sealed value stands. It is bound to the ciphertext, so that a value moved elsewhere does not open. */
export type Place = { readonly table: string; readonly column: string; readonly row: string };

/** The key under which one account's or one case's personal data is sealed. */
export type DataKey = {
  seal(text: string, place: Place): Buffer;
  /** @throws when the value was changed, moved, or sealed by another key */
  unseal(sealed: Buffer, place: Place): string;
};

/** A secret input of password hashes; the name is empty for that of hashes that name none. */
export type Pepper = { readonly name: string; readonly key: Buffer };

/** What a text stands under, by every key of the ring: the current one, which is the one that is written, first. */
export type BlindIndexes = readonly [Buffer, ...Buffer[]];

export type Vault = {
  newDataKey(): { readonly key: DataKey; readonly wrapped: Buffer };
  /** @throws when no key of the ring opens it */
  openDataKey(wrapped: Buffer): DataKey;
  /** Wraps the same data key by the ring's current key and cipher; null when it is already. */
  rewrap(wrapped: Buffer): Buffer | null;
  /**
   * A keyed digest by which a row is found without storing what it was made of: HMAC-SHA-256, 32 bytes, and the name of
   * the ring's current key.
   * @param purpose keeps equal texts in different columns apart
   */
  blindIndex(purpose: string, text: string): Buffer;
  /** The same by every key of the ring: what rows may still stand under, to be looked up. */
  blindIndexes(purpose: string, text: string): BlindIndexes;
  /** Whether a digest is that of a text, under whichever key of the ring. */
  isBlindIndex(digest: Buffer, purpose: string, text: string): boolean;
  /** A data key made of a text that is stored nowhere, such as all that a form was sent with. */
  keyOf(purpose: string, text: string): DataKey;
  /** Whether the key of a digest is no longer in the ring, so that nobody can say what it was made of. */
  isRetired(digest: Buffer): boolean;
  /** By what the digests of each key in the ring end, the current one's first. */
  readonly indexMarks: readonly [Buffer, ...Buffer[]];
  /** The current one first. */
  readonly peppers: readonly [Pepper, ...Pepper[]];
  /** Sign the tokens of forms, the current one first. */
  readonly formKeys: readonly [Buffer, ...Buffer[]];
};

export const DIGEST_BYTES = 32;
const WRAP_CONTEXT = Buffer.from('portico data key v1');
/** The first byte of a wrapped key has this bit, and says its cipher by the others. */
const CIPHER = 0x80;
/** By what a sealed value begins, before its cipher. */
const SEAL = Buffer.from([0xf5, 0x50, 0x56]);

/** @param ciphers every way of sealing that is read; the first is the one that is written */
export function openVault(ring: KeyRing, ciphers: typeof CIPHERS = CIPHERS): Vault {
  const [cipher] = ciphers;
  const cipherOf = (id = 0) => ciphers.find((known) => known.id === id);
  const wraps = secrets(ring.keys.wrap);
  const wrapsNow = wraps.get(ring.current);
  if (wrapsNow === undefined) throw new Error('the current key is not in the ring');
  const indexKeys = named(ring, 'index', (key, name) => ({
    key: createSecretKey(key),
    mark: Buffer.from(name),
  }));
  const digest = ({ key, mark }: (typeof indexKeys)[0], purpose: string, text: string): Buffer =>
    Buffer.concat([createHmac('sha256', key).update(`${purpose}\0${text}`).digest(), mark]);
  const [indexKey] = indexKeys;

  const wrap = (raw: Buffer): Buffer => {
    const name = Buffer.from(ring.current);
    const head = Buffer.from([CIPHER | cipher.id, name.length]);
    return Buffer.concat([head, name, cipher.seal(wrapsNow, raw, Buffer.concat([head, WRAP_CONTEXT]))]);
  };
  const unwrap = (wrapped: Buffer): { isCurrent: boolean; raw: Buffer } => {
    const head = wrapped.subarray(0, 2);
    const [first = 0, length = 0] = head;
    const id = first & ~CIPHER;
    const used = cipherOf(id);
    if (used === undefined) throw new UnknownCipher(id);
    const name = wrapped.subarray(head.length, head.length + length).toString();
    const key = wraps.get(name);
    if (key === undefined) throw new Error(`the key ring has no key ${name}`);
    const raw = used.open(key, wrapped.subarray(head.length + length), Buffer.concat([head, WRAP_CONTEXT]));
    return { isCurrent: used === cipher && name === ring.current, raw };
  };

  const dataKey = (raw: Buffer): DataKey => {
    const key = createSecretKey(raw);
    const head = Buffer.concat([SEAL, Buffer.from([cipher.id])]);
    return {
      seal: (text, place) =>
        Buffer.concat([head, cipher.seal(key, Buffer.from(text), Buffer.concat([head, context(place)]))]),
      unseal: (sealed, place) => {
        const id = sealed[SEAL.length];
        const used = sealed.subarray(0, SEAL.length).equals(SEAL) ? cipherOf(id) : undefined;
        if (used === undefined) throw new UnknownCipher(id);
        const bound = Buffer.concat([sealed.subarray(0, head.length), context(place)]);
        return used.open(key, sealed.subarray(head.length), bound).toString();
      },
    };
  };

  return {
    newDataKey: () => {
      const raw = randomBytes(32);
      return { key: dataKey(raw), wrapped: wrap(raw) };
    },
    openDataKey: (wrapped) => dataKey(unwrap(wrapped).raw),
    rewrap: (wrapped) => {
      const { isCurrent, raw } = unwrap(wrapped);
      return isCurrent ? null : wrap(raw);
    },
    blindIndex: (purpose, text) => digest(indexKey, purpose, text),
    blindIndexes: (purpose, text) => mapped(indexKeys, (key) => digest(key, purpose, text)),
    isBlindIndex: (given, purpose, text) =>
      indexKeys.some((key) => sameDigest(given, digest(key, purpose, text))),
    keyOf: (purpose, text) => dataKey(digest(indexKey, `key of ${purpose}`, text).subarray(0, DIGEST_BYTES)),
    isRetired: (given) => !indexKeys.some(({ mark }) => mark.equals(given.subarray(DIGEST_BYTES))),
    indexMarks: mapped(indexKeys, ({ mark }) => mark),
    peppers: named(ring, 'pepper', (key, name) => ({ name, key })),
    formKeys: named(ring, 'forms', (key) => key),
  };
}

/** Something is sealed in a way that this version does not know: it was written by a newer one, or is damaged. */
class UnknownCipher extends Error {
  constructor(id: number | undefined) {
    super(`it is sealed by cipher ${id}, which this version of Portico does not know`);
  }
}

const context = ({ table, column, row }: Place): Buffer => Buffer.from(`${table}\0${column}\0${row}`);

const secrets = (keys: Readonly<Record<string, Buffer>>): ReadonlyMap<string, KeyObject> =>
  new Map(Object.entries(keys).map(([name, key]) => [name, createSecretKey(key)]));

/** The keys of a kind, the current one first; the name is empty for that of what names none. */
function named<T>(ring: KeyRing, kind: KeyKind, make: (key: Buffer, name: string) => T): [T, ...T[]] {
  const others = [ring.added, ...olderNames(ring)];
  const made = [ring.current, ...others].flatMap((name) => {
    const key = name === undefined ? undefined : ring.keys[kind][name];
    return name === undefined || key === undefined ? [] : [make(key, name)];
  });
  const [first, ...rest] = made;
  if (first === undefined) throw new Error('the current key is not in the ring');
  return [first, ...rest];
}

const mapped = <T, U>([first, ...rest]: readonly [T, ...T[]], to: (each: T) => U): [U, ...U[]] => [
  to(first),
  ...rest.map(to),
];
