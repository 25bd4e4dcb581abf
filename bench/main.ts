import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alerts } from './alerts.ts';
import { appointments } from './appointments.ts';
import { download } from './download.ts';
import { feed } from './feed.ts';
import { flood } from './flood.ts';
import { guess } from './guess.ts';
import { home } from './home.ts';
import { hydra } from './hydra.ts';
import type { Bench } from './lib/bench.ts';
import { startPostgres } from './lib/postgres.ts';
import { printFindings, type Results, writeResults } from './lib/results.ts';
import { live } from './live.ts';
import { memory } from './memory.ts';
import { notices } from './notices.ts';
import { passkey } from './passkey.ts';
import { peers } from './peers.ts';
import { scale } from './scale.ts';
import { signIn } from './sign-in.ts';
import { timing } from './timing.ts';
import { weight } from './weight.ts';

const BENCHES: readonly Bench[] = [
  signIn,
  passkey,
  home,
  flood,
  guess,
  hydra,
  timing,
  weight,
  memory,
  live,
  alerts,
  notices,
  download,
  feed,
  appointments,
  scale,
  peers,
];

const USAGE = `npm run bench                    measures everything and writes bench/results/ and bench/README.md
npm run bench -- NAME…           measures and prints some of it: ${BENCHES.map(({ name }) => name).join(', ')}
npm run bench -- --quick         short and noisy, for working on a bench
npm run bench -- --profile DIR   leaves processor profiles of the servers in a folder`;

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0 || values.help) {
    console.error(`${unknown.map((name) => `no bench ${name}\n`).join('')}${USAGE}`);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const isWhole = positionals.length === 0;
  const chosen = BENCHES.filter(({ name, lacks = () => null }) => {
    if (!isWhole && !positionals.includes(name)) return false;
    const lack = lacks();
    if (lack !== null) console.error(`left out: ${name}. ${lack}`);
    return lack === null;
  });
  if (!isWhole && chosen.length < new Set(positionals).size) {
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'portico-bench-'));
  // PostgreSQL may run as a user of its own and must get through.
  chmodSync(folder, 0o711);
  const results: Results = {};
  const postgres = await startPostgres(folder);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  try {
    for (const bench of chosen) {
      const began = performance.now();
      const measuring = bench.measure({
        folder,
        postgres,
        quick: values.quick,
        profileFolder: values.profile,
      });
      results[bench.name] = [...(await Promise.race([measuring, interrupted]))];
      printFindings(bench.title, results[bench.name] ?? [], (performance.now() - began) / 1000);
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (!values.quick && isWhole) writeResults(BENCHES, results);
}

await run(process.argv.slice(2));
process.exit();
