import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { type Finding, isMet, shown } from './finding.ts';
import { root } from './product.ts';

/** Findings by the name of their bench. */
export type Results = Record<string, Finding[]>;

const [FROM, TO] = ['<!-- results -->', '<!-- /results -->'];
const RESULTS = join(root, 'bench/results');
const README = join(root, 'bench/README.md');

export function printFindings(title: string, findings: readonly Finding[], seconds: number): void {
  console.log(`\n${title} (${Math.round(seconds)} s)`);
  for (const finding of findings) {
    console.log(`  ${finding.what}: ${written(finding)}   ${verdict(finding)}`);
    for (const [name, value] of Object.entries(finding.from)) console.log(`      ${shown(value)}  ${name}`);
  }
}

/** Writes a run into `bench/results/` and its table into `bench/README.md`. */
export function writeResults(benches: readonly Bench[], results: Results): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const date = new Date().toISOString().slice(0, 10);
  const commit = git('rev-parse', '--short', 'HEAD');
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
  mkdirSync(RESULTS, { recursive: true });
  const file = `${date}-${commit}.json`;
  writeFileSync(join(RESULTS, file), `${JSON.stringify({ date, commit, machine, results }, null, 2)}\n`);

  const about = `Measured on ${date} at commit \`${commit}\` by \`npm run bench\`, on ${machine.cores} cores (${machine.processor}), ${machine.memory}, ${machine.platform}, Node ${machine.node}. All numbers: [\`results/${file}\`](results/${file}).`;
  const rows = benches.flatMap(({ name }) => (results[name] ?? []).map(row));
  const table = ['| What | Measured | Goal | Out of |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const readme = readFileSync(README, 'utf8');
  const [before, after] = [readme.indexOf(FROM), readme.indexOf(TO)];
  if (before === -1 || after === -1) throw new Error('bench/README.md has lost its markers');
  writeFileSync(
    README,
    `${readme.slice(0, before + FROM.length)}\n\n${about}\n\n${table}\n\n${readme.slice(after)}`,
  );
  console.log(`\nwritten: bench/results/${file}, bench/README.md`);
}

function row(finding: Finding): string {
  const from = Object.entries(finding.from).map(([name, value]) => `${shown(value)} ${name}`);
  return `| ${finding.what} | **${written(finding)}** | ${verdict(finding)} | ${from.join('; ')} |`;
}

function written({ value, unit }: Finding): string {
  return unit === undefined ? shown(value) : `${shown(value)} ${unit}`;
}

function verdict(finding: Finding): string {
  const { goal, unit = '' } = finding;
  if (goal === undefined) return '';
  const sign = goal.is === 'at-least' ? '≥' : '≤';
  return `${sign} ${`${goal.value} ${unit}`.trim()}: ${isMet(finding) ? 'met' : 'not met'}`;
}
