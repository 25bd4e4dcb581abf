// npm run libraries: whether a library breaks the times that SECURITY.md gives (ASVS 15.2.1). Asks npm's registry.
// Exit code: 0 none does, 1 some do, 2 the registry did not answer.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

/** How long a library may stay behind a newer version. */
const DAYS = 92;
const DAY = 86_400_000;

ensureInstalled();
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function npm(...args) {
  const { stdout } = spawnSync('npm', [...args, '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

const found = [];
const silent = [];

const audit = npm('audit', '--omit=dev');
if (audit?.vulnerabilities === undefined) silent.push('advisories');
for (const { name, severity } of Object.values(audit?.vulnerabilities ?? {}))
  found.push(`${name}: a known hole (${severity}); npm audit tells more`);

for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
  const told = npm('view', name, 'dist-tags', 'time');
  if (told?.time === undefined) {
    silent.push(name);
    continue;
  }
  const latest = told['dist-tags'].latest;
  // A line of versions that is ahead of the registry's latest, such as one before its release, is not behind it.
  if (latest === version || told.time[latest] <= told.time[version]) continue;
  const days = Math.floor((Date.now() - Date.parse(told.time[latest])) / DAY);
  if (days > DAYS) found.push(`${name}: ${latest} is there for ${days} days, and this is ${version}`);
}

for (const line of found) console.error(line);
if (silent.length > 0) console.error(`The registry said nothing of: ${silent.join(', ')}`);
if (found.length === 0 && silent.length === 0)
  console.log(`No library has a known hole or is more than ${DAYS} days behind.`);
process.exitCode = found.length > 0 ? 1 : silent.length > 0 ? 2 : 0;
