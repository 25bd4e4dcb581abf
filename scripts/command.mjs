// npm run feed, demo-feed, keys, sessions, accounts, audit:verify, check-agency, notices:check, notices:preview, documents, paper-copies: one command of src/commands, installed and built when needed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

const [command, ...rest] = process.argv.slice(2);
ensureInstalled();
await ensureBuilt();
const { status } = spawnSync(
  pinnedNode,
  ['--enable-source-maps', join(root, 'dist/commands', `${command}.js`), ...rest],
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? root },
);
process.exit(status ?? 1);
