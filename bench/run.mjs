// npm run bench: installs and builds what is needed, then measures on the project's own Node.
// Runs on any Node from 20 on, before anything is installed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from '../scripts/ensure.mjs';

ensureInstalled();
ensureBuilt();
const { status } = spawnSync(pinnedNode, [join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(status ?? 1);
