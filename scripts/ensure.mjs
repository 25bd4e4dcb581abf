// What npm's commands share: the project's own Node, and whether everything is installed and built.
// Runs on any Node from 20 on, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeNode } from './node-digest.mjs';

export const root = join(import.meta.dirname, '..');
export const pinnedNode = join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** How Node runs the server. */
export const serverFlags = [`--env-file=${join(root, 'scripts/server.env')}`];

const installStamp = join(root, 'node_modules/.portico-installed');
const buildStamp = join(root, 'dist/.portico-built');

/** Installs the exact dependencies when they are missing or the lock file has changed since. */
export function ensureInstalled() {
  const wanted = digest(['package-lock.json']);
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return;
  console.error('Portico: installing dependencies, once. This takes a minute.');
  const { status } = spawnSync(
    'npm',
    ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  if (!existsSync(pinnedNode)) {
    console.error(
      'Portico: the project\'s Node was not installed. Allow install scripts for the package "node" and try again.',
    );
    process.exit(1);
  }
  refuseOtherNode();
  writeFileSync(installStamp, wanted);
}

/** Before anything of ours runs by it. */
function refuseOtherNode() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const machine = `${process.platform}-${process.arch}`;
  const judged = judgeNode(pinnedNode, dependencies.node, machine);
  if (judged === 'unknown')
    console.error(
      `Portico: nobody has looked at Node ${dependencies.node} for ${machine} (scripts/node-digest.mjs).`,
    );
  if (judged !== 'wrong') return;
  console.error(
    `Portico: ${pinnedNode} is not the Node ${dependencies.node} that was tested. Remove node_modules and try again; if it stays so, ask who runs your registry.`,
  );
  process.exit(1);
}

/** Builds when a source has changed since the last build. */
export async function ensureBuilt() {
  const agency = process.env.PORTICO_AGENCY || 'agencies/arcadia';
  const wanted =
    digest([
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'vite.config.ts',
      'scripts/build.mjs',
      'locales/words.d.ts',
      ...files('src'),
      ...files('client'),
      ...files(join(agency, 'look')),
    ]) + agency;
  if (existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === wanted) return;
  console.error('Portico: building.');
  const built = spawnSync(pinnedNode, [join(root, 'scripts/build.mjs')], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) {
    process.stderr.write(`${built.stdout}${built.stderr}Portico: the build failed.\n`);
    process.exit(1);
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(buildStamp, wanted);
}

function files(folder) {
  const from = join(root, folder);
  const base = existsSync(from) ? from : folder;
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const full = path.startsWith('/') || /^[A-Za-z]:/.test(path) ? path : join(root, path);
    hash.update(path).update('\0').update(readFileSync(full)).update('\0');
  }
  return hash.digest('hex');
}
