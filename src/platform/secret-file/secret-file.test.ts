import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSecretFile } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'secret');
writeFileSync(file, 'hunter2\n');

describe('a file that holds a secret', () => {
  it.each([0o400, 0o600, 0o440, 0o640])('is read when its mode is %o', (mode) => {
    chmodSync(file, mode);
    expect(readSecretFile(file)).toBe('hunter2\n');
  });

  it.each([0o444, 0o644, 0o604, 0o602])(
    'is refused when its mode is %o, open to everybody (ASVS 13.3.2)',
    (mode) => {
      chmodSync(file, mode);
      expect(() => readSecretFile(file)).toThrow(`chmod o= ${file}`);
      expect(() => readSecretFile(file)).not.toThrow('hunter2');
    },
  );

  it('is judged itself where a link leads to it, as a secrets manager makes them', () => {
    const link = join(folder, 'link');
    symlinkSync(file, link);
    chmodSync(file, 0o644);
    expect(() => readSecretFile(link)).toThrow('open to every user');
    chmodSync(file, 0o600);
    expect(readSecretFile(link)).toBe('hunter2\n');
  });

  it('is refused with its name when it is missing or no file', () => {
    expect(() => readSecretFile(join(folder, 'none'))).toThrow(join(folder, 'none'));
    mkdirSync(join(folder, 'sub'));
    expect(() => readSecretFile(join(folder, 'sub'))).toThrow('not a plain file');
  });
});
