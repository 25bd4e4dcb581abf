import { type AgencyFault, collect } from '../platform/agency/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import { type IntakeRules, readEvent } from '../records/intake/index.ts';
import { readPlayFile } from './agency/index.ts';
import { readConversationsFile } from './conversations.ts';
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
  collect(faults, () => readConversationsFile(folder));
  const today = clock.now().toISOString().slice(0, 10);
  const lines = collect(faults, () => [
    ...demoLines({ folder, languages: [...(rules?.languages ?? [])] }, today),
  ]);
  if (rules === null) return faults;
  const bad = (lines ?? []).flatMap((line, at): AgencyFault[] => {
    const read = readEvent(JSON.parse(line), rules);
    return read.is === 'bad' ? [{ file: FEED, reason: `line ${at + 1}: ${read.reason}` }] : [];
  });
  faults.push(...bad.slice(0, MOST_LINES));
  if (bad.length > MOST_LINES)
    faults.push({
      file: FEED,
      reason: `${bad.length - MOST_LINES} more of ${lines?.length} lines are wrong; with forms of your own, write your own or remove demo/`,
    });
  return faults;
}

/** Where the forms are others, every line is wrong, and would hide all else. */
const MOST_LINES = 10;
