// npm run lint: formatting and lint rules, types of server and client, words, migrations, and the walls between the floors.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
const bin = (name) => join(root, 'node_modules', name);
const checks = [
  ['Biome', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['types', [bin('typescript/bin/tsc'), '-p', '.']],
  ['types of the client', [bin('typescript/bin/tsc'), '-p', 'client']],
  ['words', ['scripts/words.mjs', '--check']],
  ['migrations', ['scripts/migrations.mjs', '--check']],
  [
    'floors',
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.mjs', 'src'],
  ],
  ['unused code', [bin('knip/bin/knip.js'), '--no-progress']],
];
let failed = false;
for (const [name, command] of checks) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(pinnedNode, command, { cwd: root, encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  if (status !== 0) {
    failed = true;
    process.stdout.write(stdout);
    process.stderr.write(stderr);
  }
}
process.exit(failed ? 1 : 0);
