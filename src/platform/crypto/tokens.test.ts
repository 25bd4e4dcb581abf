import { describe, expect, it } from 'vitest';
import { newCode, newToken, sameDigest, tokenHash } from './index.ts';

describe('tokens', () => {
  it('have 256 random bits, and no two are the same (ASVS 7.2.2, 7.2.3, 11.5.1)', () => {
    const tokens = Array.from({ length: 500 }, newToken);
    expect(new Set(tokens).size).toBe(500);
    const bytes = tokens.map((token) => Buffer.from(token, 'base64url'));
    for (const [index, token] of tokens.entries()) {
      expect(token).toMatch(/^[\w-]{43}$/);
      expect(bytes[index]).toHaveLength(32);
    }
    // Each of the 256 bits is set in about half of them: none is fixed. One in 10^20 runs would fail by chance.
    for (let bit = 0; bit < 256; bit++) {
      const set = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(set).toBeGreaterThan(130);
      expect(set).toBeLessThan(370);
    }
  });

  it('are stored as a digest that tells nothing of them', () => {
    const token = newToken();
    expect(tokenHash(token)).toHaveLength(32);
    expect(tokenHash(token)).toEqual(tokenHash(token));
    expect(tokenHash(token).toString('base64url')).not.toBe(token);
    expect(tokenHash(`${token}A`)).not.toEqual(tokenHash(token));
  });
});

describe('codes', () => {
  it('are six digits of which each is any, zeros in front included (ASVS 6.5.4)', () => {
    const codes = Array.from({ length: 2_000 }, newCode);
    for (const code of codes) expect(code).toMatch(/^\d{6}$/);
    for (let place = 0; place < 6; place++)
      expect(new Set(codes.map((code) => code[place]))).toEqual(new Set('0123456789'));
    expect(new Set(codes).size).toBeGreaterThan(1_950);
  });
});

describe('digests', () => {
  it('are the same when every byte is, and of another length never', () => {
    const digest = tokenHash('a');
    expect(sameDigest(digest, Buffer.from(digest))).toBe(true);
    expect(sameDigest(digest, tokenHash('b'))).toBe(false);
    expect(sameDigest(digest, digest.subarray(1))).toBe(false);
  });
});
