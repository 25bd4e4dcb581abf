// npm start: installs and builds what is needed, then hands over to the server on the project's own Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, serverFlags } from './ensure.mjs';

ensureInstalled();
ensureBuilt();

const server = spawn(pinnedNode, [...serverFlags, join(root, 'dist/main.js')], {
  cwd: root,
  stdio: 'inherit',
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => server.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
