import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aead } from './ciphers.ts';
import {
  CIPHERS,
  lockOf,
  newKeyRing,
  openVault,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from './index.ts';

const place = { table: 'account', column: 'full_name_sealed', row: 'a' };

describe('vault', () => {
  it('opens what it sealed, whatever the text', () => {
    const vault = openVault(newKeyRing());
    const { key, wrapped } = vault.newDataKey();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(vault.openDataKey(wrapped).unseal(key.seal(text, place), place)).toBe(
          Buffer.from(text).toString(),
        );
      }),
    );
  });

  it('refuses a value that stands in another row, column or table (ASVS 11.3.3)', () => {
    const { key } = openVault(newKeyRing()).newDataKey();
    const sealed = key.seal('Amina', place);
    for (const moved of [
      { ...place, row: 'b' },
      { ...place, column: 'born_sealed' },
      { ...place, table: 'x' },
    ]) {
      expect(() => key.unseal(sealed, moved)).toThrow();
    }
  });

  it('refuses a value with any one bit changed (ASVS 11.3.3)', () => {
    const { key } = openVault(newKeyRing()).newDataKey();
    const sealed = key.seal('Amina', place);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => key.unseal(changed, place)).toThrow();
    }
  });

  it('seals the same text differently each time', () => {
    const { key } = openVault(newKeyRing()).newDataKey();
    expect(key.seal('Amina', place)).not.toEqual(key.seal('Amina', place));
  });

  it('keeps opening data keys after the ring is rotated, and after the old key is gone once they are rewrapped (ASVS 11.2.2)', () => {
    const ring = newKeyRing();
    const { key, wrapped } = openVault(ring).newDataKey();
    const sealed = key.seal('Amina', place);
    const newer = withAddedKeysCurrent(withNewKeys(ring));
    expect(openVault(newer).openDataKey(wrapped).unseal(sealed, place)).toBe('Amina');
    const rewrapped = openVault(newer).rewrap(wrapped);
    if (rewrapped === null) throw new Error('was not rewrapped');
    expect(openVault(newer).rewrap(rewrapped)).toBeNull();
    const last = openVault(withoutOldKeys(newer));
    expect(last.openDataKey(rewrapped).unseal(sealed, place)).toBe('Amina');
    expect(() => last.openDataKey(wrapped)).toThrow();
  });

  const [aes] = CIPHERS;
  /** One that a later version might bring. */
  const chacha = aead(
    2,
    (key, iv) => createCipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 }),
    (key, iv) => createDecipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 }),
  );
  const ring = newKeyRing();

  it('opens what any cipher sealed, whichever seals now, and wraps by the one that seals now (ASVS 11.2.2)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(aes, chacha),
        fc.constantFrom(aes, chacha),
        fc.string(),
        (then, now, text) => {
          const before = openVault(ring, [then, aes, chacha]);
          const { key, wrapped } = before.newDataKey();
          const sealed = key.seal(text, place);
          const vault = openVault(ring, [now, aes, chacha]);
          expect(vault.openDataKey(wrapped).unseal(sealed, place)).toBe(text);
          const rewrapped = vault.rewrap(wrapped);
          expect(rewrapped === null).toBe(then === now);
          expect(before.openDataKey(rewrapped ?? wrapped).unseal(sealed, place)).toBe(text);
        },
      ),
    );
  });

  it('says so when it does not know the cipher', () => {
    const newer = openVault(ring, [chacha, aes]);
    const { key, wrapped } = newer.newDataKey();
    const older = openVault(ring, [aes]);
    expect(() => older.openDataKey(wrapped)).toThrow('sealed by cipher 2, which this version');
    const shared = openVault(ring, [aes]).newDataKey().wrapped;
    const sealed = newer.openDataKey(shared).seal('Amina', place);
    expect(() => older.openDataKey(shared).unseal(sealed, place)).toThrow(
      'sealed by cipher 2, which this version',
    );
    expect(() => older.openDataKey(shared).unseal(key.seal('Amina', place), place)).toThrow();
  });

  it('does not take the word of a value for its cipher', () => {
    const { key } = openVault(ring).newDataKey();
    const sealed = key.seal('Amina', place);
    expect(sealed[3]).toBe(1);
    const changed = Buffer.from(sealed);
    changed[3] = 2;
    expect(() => key.unseal(changed, place)).toThrow();
  });

  it('knows a text again under any key of its ring, and servers at neighbouring steps know the same', () => {
    const added = withNewKeys(ring);
    const used = withAddedKeysCurrent(added);
    const steps = [ring, added, used, withoutOldKeys(used)].map((each) => openVault(each));
    for (const [at, vault] of steps.entries())
      for (const neighbour of steps.slice(Math.max(0, at - 1), at + 2)) {
        expect(neighbour.isBlindIndex(vault.blindIndex('email', 'a'), 'email', 'a')).toBe(true);
      }
    const [, s1, s2] = steps;
    if (s1 === undefined || s2 === undefined) throw new Error('there are four steps');
    expect(lockOf(s1.blindIndexes('email', 'a'))).toEqual(lockOf(s2.blindIndexes('email', 'a')));
    expect(s1.isBlindIndex(s2.blindIndex('email', 'b'), 'email', 'a')).toBe(false);
    expect(s1.isBlindIndex(Buffer.alloc(0), 'email', 'a')).toBe(false);
  });

  it('finds by blind index within one purpose only, and with the same ring only', () => {
    const vault = openVault(newKeyRing());
    expect(vault.blindIndex('email', 'a@b.example')).toEqual(vault.blindIndex('email', 'a@b.example'));
    expect(vault.blindIndex('email', 'a')).not.toEqual(vault.blindIndex('username', 'a'));
    expect(vault.blindIndex('email', 'a')).not.toEqual(openVault(newKeyRing()).blindIndex('email', 'a'));
  });
});
