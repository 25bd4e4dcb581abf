// npm run mutation: puts faults into the rules of identity and tells which of them no test finds. Hours of work, at low
// priority; it is no part of npm test. With rooms only theirs, by their own tests: npm run mutation -- passwords policy
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
setPriority(15);
// The tests' databases are made below this folder, which their own user may enter.
const folder = mkdtempSync(join(tmpdir(), 'portico-mutation-'));
chmodSync(folder, 0o755);
const asked = process.argv.slice(2);
const rooms = asked.length > 0 ? { MUTATION_ROOMS: asked.join(',') } : {};
const stryker = spawn(pinnedNode, [join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TMPDIR: folder, ...rooms },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stryker.kill(signal));
stryker.on('close', (code) => {
  // A runner that is stopped in the middle of a mutant leaves its PostgreSQL behind.
  for (const name of readdirSync(folder)) {
    const pid = join(folder, name, 'data/postmaster.pid');
    if (!existsSync(pid)) continue;
    try {
      process.kill(Number(readFileSync(pid, 'utf8').split('\n', 1)[0]), 'SIGQUIT');
    } catch {}
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  process.exit(code ?? 1);
});
