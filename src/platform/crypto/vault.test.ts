import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyRing, openVault, withAddedKeyCurrent, withNewKey, withoutOldKeys } from './index.ts';

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
    const newer = withAddedKeyCurrent(withNewKey(ring));
    expect(openVault(newer).openDataKey(wrapped).unseal(sealed, place)).toBe('Amina');
    const rewrapped = openVault(newer).rewrap(wrapped);
    if (rewrapped === null) throw new Error('was not rewrapped');
    expect(openVault(newer).rewrap(rewrapped)).toBeNull();
    const last = openVault(withoutOldKeys(newer));
    expect(last.openDataKey(rewrapped).unseal(sealed, place)).toBe('Amina');
    expect(() => last.openDataKey(wrapped)).toThrow();
  });

  it('finds by blind index within one purpose only, and with the same ring only', () => {
    const vault = openVault(newKeyRing());
    expect(vault.blindIndex('email', 'a@b.example')).toEqual(vault.blindIndex('email', 'a@b.example'));
    expect(vault.blindIndex('email', 'a')).not.toEqual(vault.blindIndex('username', 'a'));
    expect(vault.blindIndex('email', 'a')).not.toEqual(openVault(newKeyRing()).blindIndex('email', 'a'));
  });
});
