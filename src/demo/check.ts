import { type AgencyFault, collect } from '../platform/agency/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import { type IntakeRules, readEvent } from '../records/intake/index.ts';
import { readPlayFile } from './agency/index.ts';
import { demoLines, FEED } from './feed.ts';
import { readNotices, readPeople } from './material.ts';

/**
 * What is wrong with an agency's `demo/`, which only the demonstration reads.
 * @param rules what the lines of its feed are checked against; null where the agency's own files have faults
 */
export function faultsOfDemo(
  folder: string,
  rules: IntakeRules | null,
  clock: Clock,
): readonly AgencyFault[] {
  const faults: AgencyFault[] = [];
  collect(faults, () => readPeople(folder));
  collect(faults, () => readNotices(folder));
  collect(faults, () => readPlayFile(folder));
  const today = clock.now().toISOString().slice(0, 10);
  const lines = collect(faults, () => [
    ...demoLines({ folder, languages: [...(rules?.languages ?? [])] }, today),
  ]);
  if (rules === null) return faults;
  for (const [at, line] of (lines ?? []).entries()) {
    const read = readEvent(JSON.parse(line), rules);
    if (read.is === 'bad') faults.push({ file: FEED, reason: `line ${at + 1}: ${read.reason}` });
  }
  return faults;
}
