import {
  type CipherCCM,
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  type DecipherCCM,
  type DecipherGCM,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** A way to seal a text under a key of 256 bits, together with what it is bound to. */
export type Cipher = {
  /** By which a sealed value says that it was used. Never given to another one. */
  readonly id: number;
  seal(key: KeyObject, plain: Buffer, bound: Buffer): Buffer;
  /** @throws when the value was changed or moved, or sealed by another key */
  open(key: KeyObject, sealed: Buffer, bound: Buffer): Buffer;
  /** The same with an IV of the caller's, which never comes twice with one key; it is not in the value. */
  sealAt(key: KeyObject, iv: Buffer, plain: Uint8Array, bound: Buffer): Buffer;
  /** @throws as `open` does, and when it was sealed with another IV */
  openAt(key: KeyObject, iv: Buffer, sealed: Buffer, bound: Buffer): Buffer;
};

export const IV = 12;
export const TAG = 16;
const TAGGED = { authTagLength: TAG };

/** A cipher with an IV of 96 bits and a tag of 128, as those of TLS 1.3 have. */
export function aead(
  id: number,
  sealing: (key: KeyObject, iv: Buffer) => CipherCCM | CipherGCM,
  opening: (key: KeyObject, iv: Buffer) => DecipherCCM | DecipherGCM,
): Cipher {
  return {
    id,
    seal: (key, plain, bound) => {
      const iv = randomBytes(IV);
      const cipher = sealing(key, iv).setAAD(bound, { plaintextLength: plain.length });
      const body = cipher.update(plain);
      cipher.final();
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open: (key, sealed, bound) => {
      const body = sealed.subarray(IV + TAG);
      const decipher = opening(key, sealed.subarray(0, IV));
      decipher.setAAD(bound, { plaintextLength: body.length }).setAuthTag(sealed.subarray(IV, IV + TAG));
      const plain = decipher.update(body);
      decipher.final();
      return plain;
    },
    sealAt: (key, iv, plain, bound) => {
      const cipher = sealing(key, iv).setAAD(bound, { plaintextLength: plain.length });
      const body = cipher.update(plain);
      cipher.final();
      return Buffer.concat([body, cipher.getAuthTag()]);
    },
    openAt: (key, iv, sealed, bound) => {
      const decipher = opening(key, iv);
      const body = sealed.subarray(0, -TAG);
      decipher.setAAD(bound, { plaintextLength: body.length }).setAuthTag(sealed.subarray(-TAG));
      const plain = decipher.update(body);
      decipher.final();
      return plain;
    },
  };
}

/** Every way that is read; the first is the one that is written. */
export const CIPHERS: readonly [Cipher, ...Cipher[]] = [
  aead(
    1,
    (key, iv) => createCipheriv('aes-256-gcm', key, iv, TAGGED),
    (key, iv) => createDecipheriv('aes-256-gcm', key, iv, TAGGED),
  ),
];
