import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  KEY_KINDS,
  keyRingFile,
  newKeyRing,
  olderNames,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;
const path = () => join(folder, `${++serial}`, 'key-ring.json');
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('a key ring in a file', () => {
  it('is read as it was written, by its owner only (ASVS 13.3.2)', () => {
    const file = path();
    const store = keyRingFile(file);
    expect(store.exists()).toBe(false);
    const ring = withAddedKeysCurrent(withNewKeys(newKeyRing()));
    store.save(ring);
    expect(store.exists()).toBe(true);
    expect(store.load()).toEqual(ring);
    expect(modeOf(file)).toBe('600');
    expect(modeOf(join(file, '..'))).toBe('700');
  });

  it('knows the keys that were added, in whatever order they stand', () => {
    const store = keyRingFile(path());
    const ring = withNewKeys(newKeyRing());
    const reversed = (keys: Record<string, Buffer>) => Object.fromEntries(Object.entries(keys).toReversed());
    const { wrap, index, pepper, forms } = ring.keys;
    store.save({
      ...ring,
      keys: {
        wrap: reversed(wrap),
        index: reversed(index),
        pepper: reversed(pepper),
        forms: reversed(forms),
      },
    });
    const newer = withAddedKeysCurrent(store.load());
    expect(newer.current).toBe(ring.added);
    expect(olderNames(newer)).toEqual([ring.current]);
    for (const kind of KEY_KINDS) {
      expect(Object.keys(newer.keys[kind])).toHaveLength(2);
      expect(Object.keys(withoutOldKeys(withNewKeys(newer)).keys[kind])).toHaveLength(2);
      expect(Object.keys(withoutOldKeys(newer).keys[kind])).toEqual([newer.current]);
    }
  });

  it('is changed by each step once, however often that is taken', () => {
    const ring = withNewKeys(newKeyRing());
    expect(withNewKeys(ring)).toBe(ring);
    const used = withAddedKeysCurrent(ring);
    expect(withAddedKeysCurrent(used)).toBe(used);
    const kept = withoutOldKeys(used, (kind) => kind === 'pepper');
    expect(olderNames(kept)).toEqual([ring.current]);
    expect(Object.keys(kept.keys.index)).toEqual([used.current]);
    expect(withoutOldKeys(kept, (kind) => kind === 'pepper')).toEqual(kept);
    expect(olderNames(withoutOldKeys(kept))).toEqual([]);
  });

  it('is closed again to others when it is written over', () => {
    const file = path();
    keyRingFile(file).save(newKeyRing());
    chmodSync(file, 0o644);
    keyRingFile(file).save(newKeyRing());
    expect(modeOf(file)).toBe('600');
  });

  it('has 256 bits in each key, and no two are the same (ASVS 11.2.3, 11.6.1)', () => {
    const rings = Array.from({ length: 20 }, newKeyRing);
    const keys = rings.flatMap((ring) => KEY_KINDS.flatMap((kind) => Object.values(ring.keys[kind])));
    for (const key of keys) expect(key).toHaveLength(32);
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(80);
  });

  it('is refused when it is missing', () => {
    expect(() => keyRingFile(path()).load()).toThrow();
  });

  it('is refused when everybody on the machine can read it (ASVS 13.3.2)', () => {
    const file = path();
    keyRingFile(file).save(newKeyRing());
    chmodSync(file, 0o644);
    expect(() => keyRingFile(file).load()).toThrow(`chmod o= ${file}`);
  });

  it.skipIf(process.platform !== 'linux')(
    'says what to do where a secrets manager lays it there to be read only',
    () => {
      // Where nobody writes, root neither.
      const file = '/sys/key-ring.json';
      expect(() => keyRingFile(file).save(newKeyRing())).toThrow(`the key ring ${file} cannot be written (`);
      expect(() => keyRingFile(file).save(newKeyRing())).toThrow('set PORTICO_KEY_RING to the copy');
    },
  );

  it('is refused with its name when it is damaged, without a word of what is in it', () => {
    const file = path();
    keyRingFile(file).save(newKeyRing());
    const text = readFileSync(file, 'utf8');
    const [pepper = ''] = Object.values(keyRingFile(file).load().keys.pepper).map((key) =>
      key.toString('base64'),
    );
    const damages = [
      '',
      '{}',
      'null',
      text.slice(0, text.indexOf(pepper) + 20),
      text.replace(`"${pepper}"`, pepper),
      text.replace(pepper, pepper.slice(4)),
      text.replace(pepper, `!${pepper.slice(1)}`),
      text.replace('"version": 2', '"version": 1'),
      text.replace('"version": 2', '"version": 3'),
      text.replace('"current": "k-', '"current": "x-'),
      text.replace('"pepper"', '"papper"'),
    ];
    for (const damaged of damages) {
      writeFileSync(file, damaged);
      let said = '';
      try {
        keyRingFile(file).load();
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain(`the key ring ${file} is damaged`);
      expect(said).not.toContain(pepper.slice(4, 14));
    }
    writeFileSync(file, text);
    expect(keyRingFile(file).load().current).toMatch(/^k-/);
  });
});
