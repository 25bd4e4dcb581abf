// npm run mutation: puts faults into the rules of identity and tells which of them no test finds. Hours of work, at low
// priority; it is no part of npm test. Arguments go to Stryker: npm run mutation -- --mutate src/identity/passwords/*.ts
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
setPriority(constants.priority.PRIORITY_LOW);
// The tests' databases are made below this folder, which their own user may enter.
const folder = mkdtempSync(join(tmpdir(), 'portico-mutation-'));
chmodSync(folder, 0o755);
const stryker = spawn(
  pinnedNode,
  [join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TMPDIR: folder } },
);
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
