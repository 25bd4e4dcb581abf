// npm run test:crash: kills server and feed over and over while the agency sends and pages are open, and looks what is kept.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '5000' },
    kills: { type: 'string', default: '25' },
    seed: { type: 'string' },
  },
});
ensureInstalled();
ensureBuilt();
const { status } = spawnSync(
  pinnedNode,
  // The only way in which it also says what it found where all is well.
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=verbose', 'src/house/crash'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PORTICO_CRASH_LINES: values.lines,
      PORTICO_CRASH_KILLS: values.kills,
      ...(values.seed === undefined ? {} : { PORTICO_CRASH_SEED: values.seed }),
    },
  },
);
process.exit(status ?? 1);
