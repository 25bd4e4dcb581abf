import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

/** Where a sealed value stands. It is bound to the ciphertext, so that a value moved elsewhere does not open. */
export type Place = { readonly table: string; readonly column: string; readonly row: string };

/** The key under which one account's or one case's personal data is sealed. */
export type DataKey = {
  seal(text: string, place: Place): Buffer;
  /** @throws when the value was changed, moved, or sealed by another key */
  unseal(sealed: Buffer, place: Place): string;
};

export type Vault = {
  newDataKey(): { readonly key: DataKey; readonly wrapped: Buffer };
  /** @throws when no key of the ring opens it */
  openDataKey(wrapped: Buffer): DataKey;
  /** Wraps the same data key by the ring's current key; null when it is already. */
  rewrap(wrapped: Buffer): Buffer | null;
  /**
   * A keyed digest by which a row is found without storing what it was made of: HMAC-SHA-256, 32 bytes.
   * @param purpose keeps equal texts in different columns apart
   */
  blindIndex(purpose: string, text: string): Buffer;
  /** Secret input for password hashes. */
  readonly pepper: Buffer;
  /** Signs CSRF tokens. */
  readonly cookieKey: Buffer;
};

const IV = 12;
const TAG = 16;
const WRAP_CONTEXT = Buffer.from('portico data key v1');

export function openVault(ring: KeyRing): Vault {
  const keys = new Map(Object.entries(ring.keys).map(([name, key]) => [name, createSecretKey(key)]));
  const indexKey = createSecretKey(ring.index);
  const currentKey = keys.get(ring.current);
  if (currentKey === undefined) throw new Error('the current key is not in the ring');

  const wrap = (raw: Buffer): Buffer => {
    const name = Buffer.from(ring.current);
    return Buffer.concat([Buffer.from([name.length]), name, encrypt(currentKey, raw, WRAP_CONTEXT)]);
  };
  const unwrap = (wrapped: Buffer): { name: string; raw: Buffer } => {
    const length = wrapped[0] ?? 0;
    const name = wrapped.subarray(1, 1 + length).toString();
    const key = keys.get(name);
    if (key === undefined) throw new Error(`the key ring has no key ${name}`);
    return { name, raw: decrypt(key, wrapped.subarray(1 + length), WRAP_CONTEXT) };
  };

  return {
    newDataKey: () => {
      const raw = randomBytes(32);
      return { key: dataKey(raw), wrapped: wrap(raw) };
    },
    openDataKey: (wrapped) => dataKey(unwrap(wrapped).raw),
    rewrap: (wrapped) => {
      const { name, raw } = unwrap(wrapped);
      return name === ring.current ? null : wrap(raw);
    },
    blindIndex: (purpose, text) => createHmac('sha256', indexKey).update(`${purpose}\0${text}`).digest(),
    pepper: ring.pepper,
    cookieKey: ring.cookies,
  };
}

function dataKey(raw: Buffer): DataKey {
  const key = createSecretKey(raw);
  return {
    seal: (text, place) => encrypt(key, Buffer.from(text), context(place)),
    unseal: (sealed, place) => decrypt(key, sealed, context(place)).toString(),
  };
}

const context = ({ table, column, row }: Place): Buffer => Buffer.from(`${table}\0${column}\0${row}`);

function encrypt(key: KeyObject, plain: Buffer, additional: Buffer): Buffer {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additional);
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

function decrypt(key: KeyObject, sealed: Buffer, additional: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG });
  decipher.setAAD(additional).setAuthTag(sealed.subarray(IV, IV + TAG));
  const body = decipher.update(sealed.subarray(IV + TAG));
  decipher.final();
  return body;
}
