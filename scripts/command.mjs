// npm run feed, demo-feed, keys, sessions, accounts, audit:verify, check-agency, notices:check, notices:preview, documents, paper-copies, messages: one command of src/commands.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ensureServerBuilt, isServerBuilt, pinnedNode, root } from './ensure.mjs';

/** What only reads an agency's folder installs and builds what it needs; what works on data takes what the server was built as. */
const READS_FOLDERS = ['check-agency', 'demo-feed', 'notices-check', 'notices-preview'];

const [command, ...rest] = process.argv.slice(2);
const program = join(root, 'dist/commands', `${command}.js`);
if (READS_FOLDERS.includes(command)) {
  ensureInstalled();
  ensureServerBuilt();
} else if (!existsSync(program)) {
  console.error('Portico: nothing is built yet. Run: npm run build');
  process.exit(2);
} else if (!isServerBuilt()) {
  console.error(
    'Portico: the sources are newer than what was built, and this runs what was built (npm run build).',
  );
}
const { status } = spawnSync(pinnedNode, ['--enable-source-maps', program, ...rest], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? root,
});
process.exit(status ?? 1);
