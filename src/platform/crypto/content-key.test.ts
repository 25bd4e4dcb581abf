import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aead } from './ciphers.ts';
import { chunkCipher } from './content-key.ts';
import { asContentKey, CHUNK_OVERHEAD, CIPHERS, newContentKey, newKeyRing, openVault } from './index.ts';

describe('the key of a content', () => {
  const chunk = randomBytes(1_000);

  it('opens a chunk at its own place only (ASVS 11.3.3)', () => {
    const key = newContentKey();
    const cipher = chunkCipher(key, 'a');
    const sealed = cipher.seal(chunk, 3, false);
    expect(sealed).toHaveLength(chunk.length + CHUNK_OVERHEAD);
    expect(cipher.open(sealed, 3, false)).toEqual(chunk);
    for (const [index, isLast] of [
      [3, true],
      [2, false],
      [4, false],
      [3 + 2 ** 32, false],
    ] as const)
      expect(() => cipher.open(sealed, index, isLast)).toThrow();
    expect(() => chunkCipher(key, 'b').open(sealed, 3, false)).toThrow();
    expect(() => chunkCipher(newContentKey(), 'a').open(sealed, 3, false)).toThrow();
    expect(() => cipher.open(sealed.subarray(0, CHUNK_OVERHEAD - 1), 3, false)).toThrow();
  });

  it('is never made twice, and has 256 bits (ASVS 11.2.3)', () => {
    const keys = Array.from({ length: 100 }, () => newContentKey());
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(Buffer.from(key.slice(2), 'base64url')).toHaveLength(32);
  });

  it('comes back out of a sealed column', () => {
    const { key } = openVault(newKeyRing()).newDataKey();
    const place = { table: 'document', column: 'key_sealed', row: 'a' };
    const content = newContentKey();
    expect(asContentKey.parse(key.unseal(key.seal(content, place), place))).toBe(content);
    for (const wrong of ['', '1.', `1.${'a'.repeat(42)}`, `x.${'a'.repeat(43)}`, content.slice(2)])
      expect(asContentKey.safeParse(wrong).success).toBe(false);
  });

  it('says its cipher, whichever seals now (ASVS 11.2.2)', () => {
    const [aes] = CIPHERS;
    const chacha = aead(
      2,
      (key, iv) => createCipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 }),
      (key, iv) => createDecipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 }),
    );
    const key = newContentKey([chacha, aes]);
    const sealed = chunkCipher(key, 'a', [chacha, aes]).seal(chunk, 0, true);
    expect(chunkCipher(key, 'a', [aes, chacha]).open(sealed, 0, true)).toEqual(chunk);
    expect(() => chunkCipher(key, 'a')).toThrow('sealed by cipher 2, which this version');
  });
});
