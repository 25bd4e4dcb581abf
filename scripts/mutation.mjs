// npm run mutation: puts faults into the rules of identity and tells which of them no test finds, room by room. Hours of
// work, at low priority; it is no part of npm test. With rooms only those: npm run mutation -- passwords policy
// Each room's result is kept in docs/security/mutation/ as soon as it is there, and the table of the document is written
// from all that are kept, so that the work can be done in parts. With --table only that.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root } from './ensure.mjs';

const GOAL = 85;
/** Rooms that are shown by the tests of others; the rest have tests of their own. */
const SHOWN_BY = {
  'open-recoveries': ['recovery'],
};
const NO_RULES = /^(index|routes|pages|messages|access)\.ts$|\.test\.ts$/;

const identity = join(root, 'src/identity');
const results = join(root, 'docs/security/mutation');
const document = join(root, 'docs/security/mutation.md');
const reports = join(root, '.stryker-tmp/reports');

const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
const rooms = foldersIn(identity).flatMap((wing) =>
  foldersIn(join(identity, wing)).filter((room) =>
    readdirSync(join(identity, wing, room)).some((file) => file.endsWith('.ts') && !NO_RULES.test(file)),
  ),
);
const asked = process.argv.slice(2).filter((argument) => argument !== '--table');
const unknown = asked.filter((room) => !rooms.includes(room));
if (unknown.length > 0) {
  console.error(`no room with rules: ${unknown.join(', ')}\nThere are: ${rooms.join(', ')}`);
  process.exit(2);
}

if (process.argv.includes('--table')) {
  writeTable();
  process.exit(0);
}

ensureInstalled();
ensureBuilt();
setPriority(15);
let stopped = false;
let failed = false;
for (const room of asked.length > 0 ? asked : rooms) {
  if (stopped) break;
  console.log(`\n== ${room}`);
  const began = performance.now();
  const report = await stryker(room);
  if (report === null) {
    failed = true;
    continue;
  }
  mkdirSync(results, { recursive: true });
  const result = summary(report, Math.ceil((performance.now() - began) / 60_000));
  writeFileSync(join(results, `${room}.json`), `${JSON.stringify(result, null, 2)}\n`);
  if (scoreOf(result) < GOAL) failed = true;
  writeTable();
}
process.exit(failed || stopped ? 1 : 0);

/** Runs Stryker over one room. @returns its report, or null where it could not make one */
async function stryker(room) {
  const report = join(reports, `${room}.json`);
  rmSync(report, { force: true });
  // The tests' databases are made below this folder, which their own user may enter.
  const folder = mkdtempSync(join(tmpdir(), 'portico-mutation-'));
  chmodSync(folder, 0o755);
  const child = spawn(pinnedNode, [join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run'], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      TMPDIR: folder,
      MUTATION_ROOM: room,
      MUTATION_TESTS: (SHOWN_BY[room] ?? [room]).join(','),
    },
  });
  const stop = (signal) => {
    stopped = true;
    child.kill(signal);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  await new Promise((resolve) => child.on('close', resolve));
  process.off('SIGINT', stop).off('SIGTERM', stop);
  endDatabases(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  return existsSync(report) && !stopped ? JSON.parse(readFileSync(report, 'utf8')) : null;
}

/** A runner that is stopped in the middle of a mutant leaves its PostgreSQL behind. */
function endDatabases(folder) {
  for (const name of readdirSync(folder)) {
    const pid = join(folder, name, 'data/postmaster.pid');
    if (!existsSync(pid)) continue;
    try {
      process.kill(Number(readFileSync(pid, 'utf8').split('\n', 1)[0]), 'SIGQUIT');
    } catch {}
  }
}

function summary(report, minutes) {
  const mutants = Object.values(report.files).flatMap((file) => file.mutants);
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: git.stdout.trim(),
    minutes,
    found: count('Killed', 'Timeout'),
    missed: count('Survived', 'NoCoverage'),
    // Faults that could not be run, or were left out.
    other: count('CompileError', 'RuntimeError', 'Ignored', 'Pending'),
  };
}

function scoreOf({ found, missed }) {
  return found + missed === 0 ? 100 : (found / (found + missed)) * 100;
}

/** Writes the table of the document from the results that are kept. */
function writeTable() {
  const kept = rooms
    .filter((room) => existsSync(join(results, `${room}.json`)))
    .map((room) => ({ room, ...JSON.parse(readFileSync(join(results, `${room}.json`), 'utf8')) }));
  const row = ({ room, date, commit, minutes, found, missed }) => {
    const tests = (SHOWN_BY[room] ?? ['its own']).join(', ');
    const score = scoreOf({ found, missed }).toFixed(1);
    return `| ${room} | ${tests} | ${found} | ${found + missed} | ${score} % | ${date}, \`${commit}\`, ${minutes} min |`;
  };
  const sum = (key) => kept.reduce((total, result) => total + result[key], 0);
  const all = { found: sum('found'), missed: sum('missed') };
  const left = rooms.filter((room) => !kept.some((result) => result.room === room));
  const lines = [
    '| Room | Tests of | Found | Faults | Score | Run |',
    '| --- | --- | --- | --- | --- | --- |',
    ...kept.map(row),
    `| **${kept.length} of ${rooms.length} rooms** | | ${all.found} | ${all.found + all.missed} | **${scoreOf(all).toFixed(1)} %** | ${sum('minutes')} min |`,
    ...(left.length === 0 ? [] : ['', `Not run yet: ${left.join(', ')}.`]),
  ];
  const [from, to] = ['<!-- results -->', '<!-- /results -->'];
  const text = readFileSync(document, 'utf8');
  const [before, after] = [text.indexOf(from), text.indexOf(to)];
  if (before === -1 || after === -1) throw new Error(`${document} has lost its markers`);
  writeFileSync(
    document,
    `${text.slice(0, before + from.length)}\n\n${lines.join('\n')}\n\n${text.slice(after)}`,
  );
}
