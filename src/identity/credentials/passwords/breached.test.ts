import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readPolicy } from '../../index.ts';
import { openBreachedPasswords, passwordRules } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-breached-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file as the downloader writes it. */
function listOf(passwords: readonly string[], end = '\r\n'): string {
  const lines = passwords.map((password, n) => {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase();
    return `${hash}:${n + 1}`;
  });
  const path = join(folder, 'list.txt');
  writeFileSync(path, lines.sort().join(end));
  return path;
}

describe('breached passwords', () => {
  it('are found in a list of any length, each of them and no other (ASVS 6.2.12)', async () => {
    const plan = fc.record({
      count: fc.integer({ min: 1, max: 2_000 }),
      others: fc.array(fc.string({ minLength: 1 }), { maxLength: 20 }),
      end: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, others, end }) => {
        const passwords = Array.from({ length: count }, (_, n) => `stolen ${n}`);
        const list = await openBreachedPasswords(listOf(passwords, end));
        try {
          const asked = [0, 1, Math.floor(count / 2), count - 2, count - 1].filter(
            (n) => n >= 0 && n < count,
          );
          for (const n of asked) expect([n, await list.has(`stolen ${n}`)]).toEqual([n, true]);
          for (const other of others) expect(await list.has(`other ${other}`)).toBe(false);
        } finally {
          await list.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are refused, also where they look strong, and said to be stolen (ASVS 6.2.4)', async () => {
    const stolen = 'kettle-orbit-94-willow';
    const breached = await openBreachedPasswords(listOf([stolen, 'something else']));
    const rules = passwordRules(readPolicy({ profile: 'strict' }), ['Arcadia'], breached);
    expect(await rules.judge(stolen, [])).toMatchObject({ is: 'refused', why: 'breached', score: 0 });
    expect(await rules.judge('kettle-orbit-95-willow', [])).toMatchObject({ is: 'good' });
    await breached.close();
  });

  it.each([
    ['empty', ''],
    ['of something else', 'password\n123456\n'],
    ['unsorted', `${'F'.repeat(40)}:1\n${'0'.repeat(40)}:2\n${'0'.repeat(40)}:2\n${'0'.repeat(40)}:2\n`],
  ])('are not taken from a file that is %s', async (_, text) => {
    const path = join(folder, 'bad.txt');
    writeFileSync(path, text);
    await expect(openBreachedPasswords(path)).rejects.toThrow('not a list');
    await expect(openBreachedPasswords(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  });
});
