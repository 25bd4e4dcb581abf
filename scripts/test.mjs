// npm test: every check. With arguments, only the named ones: lint, unit, e2e.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

/** How many lines of the end of a check that failed are said again, below the checks that came after it. */
const LINES_SAID_AGAIN = 80;

ensureInstalled();
ensureBuilt();
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
  const { passed, end } = await run(command);
  results.push({ name, passed, end, seconds: Math.round((performance.now() - started) / 1000) });
}
const failed = results.filter(({ passed }) => !passed);
if (results.length > 1)
  for (const { name, end } of failed) console.log(`\n== ${name} failed; its end:\n${end}`);
console.log(
  `\n${results.map(({ name, passed, seconds }) => `${passed ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`).join('\n')}`,
);
process.exit(failed.length === 0 ? 0 : 1);

async function run(command) {
  // What writes to a pipe leaves its colours out.
  const env = process.stdout.isTTY ? { FORCE_COLOR: '1', ...process.env } : process.env;
  const child = spawn(pinnedNode, command, { cwd: root, env, stdio: ['inherit', 'pipe', 'pipe'] });
  let written = '';
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (chunk) => {
      process[name].write(chunk);
      written = (written + chunk).split('\n').slice(-LINES_SAID_AGAIN).join('\n');
    });
  const [code] = await once(child, 'close');
  return { passed: code === 0, end: stripVTControlCharacters(written) };
}
