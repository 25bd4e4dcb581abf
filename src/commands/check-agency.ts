import { join, resolve } from 'node:path';
import { checkAgency } from '../agency-check.ts';
import type { AgencyFault } from '../platform/agency/index.ts';
import { systemClock } from '../platform/clock/index.ts';
import { faultsOfColours } from '../platform/look/index.ts';

const USAGE = `Says all that is wrong in an agency's folder (docs/agencies.md). It needs no database.

  npm run check-agency -- DIR

Exit code: 0 nothing is wrong, 1 something is, 2 it did not run.`;

const NOTHING_WRONG = 0;
const SOMETHING_WRONG = 1;
const NOT_RUN = 2;

async function run(args: readonly string[]): Promise<number> {
  const [given, ...more] = args;
  if (given === undefined || given.startsWith('-') || more.length > 0) {
    console.error(USAGE);
    return NOT_RUN;
  }
  const root = join(import.meta.dirname, '../..');
  const folder = resolve(given);
  const { faults, notes } = checkAgency(folder, { root, clock: systemClock, demo: true });
  const all = [...faults, ...(await faultsOfColours(folder, root))];
  for (const fault of all) console.error(line(fault));
  if (notes.length > 0) {
    console.log('To look at; Portico starts with these:');
    for (const note of notes) console.log(`  ${line(note)}`);
  }
  console.log(
    `${folder}: ${all.length === 0 ? 'nothing is wrong' : `${all.length} ${all.length === 1 ? 'fault' : 'faults'}`}`,
  );
  return all.length === 0 ? NOTHING_WRONG : SOMETHING_WRONG;
}

const line = ({ file, reason }: AgencyFault): string => `${file}: ${reason}`;

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = NOT_RUN;
}
