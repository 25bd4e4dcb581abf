import { join, resolve } from 'node:path';
import { checkAgency } from '../../agency-check.ts';
import type { AgencyFault } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { faultsOfColours } from '../../platform/look/index.ts';

const USAGE = `Says all that is wrong in an agency's folder (docs/agencies.md). It needs no database.

  npm run check-agency -- DIR

Exit code: 0 nothing is wrong, 1 something is, 2 it did not run.`;

const NOTHING_WRONG = 0;
const SOMETHING_WRONG = 1;
export const NOT_RUN = 2;

/** Where what is found is said. */
export type Console = { readonly out: (line: string) => void; readonly err: (line: string) => void };

/**
 * Checks the agency's folder that somebody named, and says all that is found.
 * @returns the exit code, as the usage explains it
 */
export async function runCheck(
  args: readonly string[],
  { out, err, clock }: Console & { readonly clock: Clock },
): Promise<number> {
  const [given, ...more] = args;
  if (given === undefined || given.startsWith('-') || more.length > 0) {
    err(USAGE);
    return NOT_RUN;
  }
  const root = join(import.meta.dirname, '../../..');
  const folder = resolve(given);
  const { faults, notes } = checkAgency(folder, { root, clock, demo: true });
  const all = [...faults, ...(await faultsOfColours(folder, root))];
  for (const fault of all) err(line(fault));
  if (notes.length > 0) {
    out('To look at; Portico starts with these:');
    for (const note of notes) out(`  ${line(note)}`);
  }
  out(
    `${folder}: ${all.length === 0 ? 'nothing is wrong' : `${all.length} ${all.length === 1 ? 'fault' : 'faults'}`}`,
  );
  return all.length === 0 ? NOTHING_WRONG : SOMETHING_WRONG;
}

const line = ({ file, reason }: AgencyFault): string => `${file}: ${reason}`;
