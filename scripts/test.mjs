// npm test: every check. With arguments, only the named ones: lint, unit, e2e.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
await ensureBuilt();
const checks = {
  lint: ['scripts/lint.mjs'],
  unit: [join(root, 'node_modules/vitest/vitest.mjs'), 'run'],
  e2e: [join(root, 'node_modules/@playwright/test/cli.js'), 'test'],
};
const asked = process.argv.slice(2);
const results = [];
for (const [name, command] of Object.entries(checks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const started = performance.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(pinnedNode, command, { cwd: root, stdio: 'inherit' });
  results.push({ name, passed: status === 0, seconds: Math.round((performance.now() - started) / 1000) });
}
console.log(
  `\n${results.map(({ name, passed, seconds }) => `${passed ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`).join('\n')}`,
);
process.exit(results.every(({ passed }) => passed) ? 0 : 1);
