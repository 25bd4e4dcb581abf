// What npm's commands share: the project's own Node, and whether everything is installed and built.
// Runs on any Node from 20 on, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
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
const dist = join(root, 'dist');
const serverStamp = join(dist, '.portico-built');

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

/** Builds the server and the look of the agency where a source of them has changed since. */
export function ensureBuilt() {
  ensureServerBuilt();
  const { folder, id } = lookOfAgency();
  const isThere = existsSync(join(folder, id, 'manifest.json')) && readText(join(folder, 'current')) === id;
  if (!isThere) quietly(buildLook);
}

/** Builds the server where a source of it has changed since. */
export function ensureServerBuilt() {
  if (!isServerBuilt()) quietly(buildServer);
}

/** Whether the server is built of the sources that are there. */
export const isServerBuilt = () => readText(serverStamp) === serverDigest();

const serverDigest = () =>
  digest([
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'locales/words.d.ts',
    ...files('src'),
  ]);

/**
 * Builds the server beside the one that is there and then puts it in its place, by renaming. Who runs has read what it runs.
 * @returns whether it could be built
 */
export function buildServer(stdio = 'inherit') {
  const stamp = serverDigest();
  const next = join(root, `.building-${process.pid}`);
  const old = join(next, '.old');
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  // Beside dist/, since the maps say where the sources are from there.
  const compiled = run([tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', next], stdio);
  if (compiled) {
    const built = readdirSync(next);
    mkdirSync(old);
    mkdirSync(dist, { recursive: true });
    rmSync(serverStamp, { force: true });
    for (const name of readdirSync(dist))
      if (name !== 'looks' && !built.includes(name)) renameSync(join(dist, name), join(old, name));
    for (const name of built) {
      if (existsSync(join(dist, name))) renameSync(join(dist, name), join(old, name));
      renameSync(join(next, name), join(dist, name));
    }
    writeFileSync(serverStamp, stamp);
  }
  rmSync(next, { recursive: true, force: true });
  return compiled;
}

/**
 * Builds what browsers get in the look of the agency, into a folder of its own. Which one is in use is said last, in `current`;
 * a server goes on with the one that it began with.
 * @returns whether it could be built
 */
export function buildLook(stdio = 'inherit') {
  const { folder, id } = lookOfAgency();
  const next = join(folder, `.building-${process.pid}`);
  const built = run([join(root, 'scripts/build-look.mjs'), next], stdio);
  if (built) {
    if (!existsSync(join(folder, id))) renameSync(next, join(folder, id));
    writeFileSync(join(folder, '.current'), id);
    renameSync(join(folder, '.current'), join(folder, 'current'));
    removeOldLooks(join(folder, id));
  }
  rmSync(next, { recursive: true, force: true });
  return built;
}

/**
 * Where the look of the agency is built: by what is in its `look/`, which the server asks for too (`src/platform/look`), and by
 * what it is built with.
 */
function lookOfAgency() {
  const look = resolve(root, process.env.PORTICO_AGENCY || 'agencies/arcadia', 'look');
  if (!existsSync(look)) {
    console.error(`Portico: there is no folder ${look} (PORTICO_AGENCY).`);
    process.exit(2);
  }
  const hash = createHash('sha256');
  for (const name of readdirSync(look, { recursive: true }).sort())
    if (statSync(join(look, name)).isFile())
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(look, name)))
        .update('\0');
  const sources = [
    'package-lock.json',
    'vite.config.ts',
    'scripts/build-look.mjs',
    ...files('src/platform/look'),
    ...files('client'),
  ];
  return { folder: join(dist, 'looks', hash.digest('hex').slice(0, 16)), id: digest(sources).slice(0, 16) };
}

const KEPT_LOOKS = 20;
const KEPT_DAYS = 90;

/** Looks that no server runs with any more, as far as one can tell by their age. */
function removeOldLooks(present) {
  const looks = join(dist, 'looks');
  const all = readdirSync(looks)
    .flatMap((of) => readdirSync(join(looks, of)).map((id) => join(looks, of, id)))
    .filter((path) => statSync(path).isDirectory() && path !== present)
    .map((path) => ({ path, at: statSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  const oldest = Date.now() - KEPT_DAYS * 24 * 60 * 60 * 1000;
  for (const { path, at } of all.slice(KEPT_LOOKS)) if (at < oldest) rmSync(path, { recursive: true });
}

/** Says what was written only where it fails. */
function quietly(build) {
  console.error('Portico: building.');
  if (build('pipe')) return;
  console.error('Portico: the build failed.');
  process.exit(1);
}

function run(args, stdio) {
  const { status, stdout, stderr } = spawnSync(pinnedNode, args, { cwd: root, stdio, encoding: 'utf8' });
  if (status !== 0 && stdio === 'pipe') process.stderr.write(`${stdout}${stderr}`);
  return status === 0;
}

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

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
