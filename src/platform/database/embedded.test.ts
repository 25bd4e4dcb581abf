import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'portico-embedded-'));
chmodSync(temporary, 0o755);
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const MINUTE = 60_000;

describe('the embedded PostgreSQL', () => {
  it(
    'is made once by those who ask for it at the same moment, and runs until the last of them leaves',
    async () => {
      const folder = join(temporary, 'postgres');
      const [first, second] = await Promise.all([
        startEmbeddedPostgres(folder, ['fsync=off']),
        startEmbeddedPostgres(folder, ['fsync=off']),
      ]);
      const running = () => existsSync(join(folder, 'data/postmaster.pid'));
      expect(first.url('postgres')).toBe(second.url('postgres'));
      await first.leave();
      expect(running()).toBe(true);
      const third = await startEmbeddedPostgres(folder);
      await second.leave();
      expect(running()).toBe(true);
      await third.leave();
      expect(running()).toBe(false);
    },
    MINUTE,
  );

  it(
    'can be left when somebody else has stopped it',
    async () => {
      const folder = join(temporary, 'postgres');
      const pid = join(folder, 'data/postmaster.pid');
      const { leave } = await startEmbeddedPostgres(folder);
      process.kill(Number(readFileSync(pid, 'utf8').split('\n')[0]), 'SIGINT');
      await expect.poll(() => existsSync(pid)).toBe(false);
      await leave();
    },
    MINUTE,
  );
});
