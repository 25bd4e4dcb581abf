import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeLock, waitForLock } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let serial = 0;
const newFile = () => join(folder, `${++serial}.lock`);

/** Another process that takes a lock, says whether it got it, and lives on. */
async function another(file: string, how: 'alone' | 'together') {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
      const lock = takeLock(${JSON.stringify(file)}, ${JSON.stringify(how)});
      console.log(lock === null ? 'refused' : 'taken');
      setInterval(() => lock, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said] = await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { said: String(said).trim(), kill };
}

describe('a lock', () => {
  it('is a file that nobody else may open, and so keep from us', () => {
    const file = newFile();
    const mode = () => statSync(file).mode & 0o777;
    takeLock(file, 'alone')?.release();
    expect(mode()).toBe(0o600);
    chmodSync(file, 0o644);
    const lock = takeLock(file, 'alone');
    expect(mode()).toBe(0o600);
    expect(takeLock(file, 'together')).toBeNull();
    lock?.release();
  });

  it('is one process’s alone until that is killed', async () => {
    const file = newFile();
    const holder = await another(file, 'alone');
    expect(holder.said).toBe('taken');
    expect(takeLock(file, 'alone')).toBeNull();
    expect(takeLock(file, 'together')).toBeNull();
    await holder.kill();
    const lock = takeLock(file, 'alone');
    expect(lock).not.toBeNull();
    const late = await another(file, 'alone');
    expect(late.said).toBe('refused');
    await late.kill();
    lock?.release();
  });

  it('goes to one of many who ask at the same moment', async () => {
    const file = newFile();
    const all = await Promise.all(Array.from({ length: 4 }, () => another(file, 'alone')));
    expect(all.map(({ said }) => said).sort()).toEqual(['refused', 'refused', 'refused', 'taken']);
    for (const { kill } of all) await kill();
  });

  it('is shared by those who take it together, and by nobody else', async () => {
    const file = newFile();
    const [here, there] = [takeLock(file, 'together'), await another(file, 'together')];
    expect([here === null, there.said]).toEqual([false, 'taken']);
    expect(takeLock(file, 'alone')).toBeNull();
    here?.release();
    expect(takeLock(file, 'alone')).toBeNull();
    await there.kill();
    takeLock(file, 'alone')?.release();
    expect(takeLock(file, 'alone')).not.toBeNull();
  });

  it('is refused within one process too, and free once released', () => {
    const file = newFile();
    const lock = takeLock(file, 'alone');
    expect(takeLock(file, 'alone')).toBeNull();
    lock?.release();
    const next = takeLock(file, 'alone');
    expect(next).not.toBeNull();
    // Whoever had it before lets go of nothing that is another's.
    lock?.release();
    expect(takeLock(file, 'alone')).toBeNull();
    next?.release();
  });

  it('can be waited for, not for ever', async () => {
    const file = newFile();
    const lock = takeLock(file, 'alone');
    await expect(waitForLock(file, 1)).rejects.toThrow(file);
    const waiting = waitForLock(file, 60_000);
    lock?.release();
    (await waiting).release();
  });
});
