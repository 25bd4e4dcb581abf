import type { DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import {
  accessCodeMacs,
  adoptNumberedPeople,
  agencyNumberIndexes,
  byTime,
  type CaseState,
  detailPlace,
  type EventRow,
  insertEvents,
  knowingEvents,
  linkByAgencyNumber,
  numberedPeople,
  personPlace,
  recordedPersonIndexes,
  selectStates,
  upsertStates,
  writeDetail,
  writePerson,
} from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts } from './kind.ts';
import { canonicalStatus, readStatusEvent, type StatusEvent } from './status-event.ts';

/** That a case came to a status. */
export const status: IntakeKind<Digested<StatusEvent>> = {
  read: readStatusEvent,
  canonical: canonicalStatus,
  knowing: knowingEvents,
  take,
};

/**
 * Takes in what the agency says of statuses, in any order. Each is noted, since whoever may read its case sees it there.
 * @param fresh events that are new; the caller holds the cases
 */
async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly Digested<StatusEvent>[],
): Promise<readonly Taken[]> {
  const byReceipt = Map.groupBy(fresh, ({ event }) => event.receipt);
  const receipts = [...byReceipt.keys()];
  const before = await selectStates(transaction, receipts);
  const states: CaseState[] = [];
  const rows: EventRow[] = [];
  for (const [receipt, group] of byReceipt) {
    const settled = settle(
      receipt,
      group.map(({ event }) => event),
      before.get(receipt),
      vault,
    );
    states.push(settled.state);
    for (const { event, digest } of group) {
      const { id, at, status, detail, office } = event;
      const detailSealed = detail === null ? null : settled.key().seal(writeDetail(detail), detailPlace(id));
      rows.push({ id, receipt, at, status, detailSealed, digest, office });
    }
  }
  if (vault.indexMarks.length > 1)
    await adoptNumberedPeople(
      transaction,
      fresh.flatMap(({ event: { person } }) => numberedPeople(vault, person)),
    );
  await upsertStates(transaction, states, now);
  await insertEvents(transaction, rows, now);
  await linkByAgencyNumber(transaction, receipts, now);
  for (const { id, receipt, at } of rows) note({ kind: 'case-moved', receipt, ref: id, at });
  return fresh.map(() => ADDED);
}

/**
 * What a case is after further events, in whatever order they come: its form, status and person are those of its newest
 * event, its access code that of the newest event that has one.
 */
function settle(
  receipt: string,
  events: readonly StatusEvent[],
  before: CaseState | undefined,
  vault: Vault,
): { readonly state: CaseState; key(): DataKey } {
  const ordered = events.toSorted(byTime);
  const newest = ordered.at(-1);
  if (newest === undefined) throw new Error('a case settles by at least one event');
  const made = before === undefined ? vault.newDataKey() : undefined;
  const dataKey = made?.wrapped ?? before?.dataKey;
  if (dataKey === undefined) throw new Error('a case has a data key');
  let opened = made?.key;
  const key = () => {
    opened ??= vault.openDataKey(dataKey);
    return opened;
  };

  const isNewer = before === undefined || byTime({ id: before.latestEvent, at: before.statusAt }, newest) < 0;
  const current = isNewer
    ? {
        form: newest.form,
        personSealed: key().seal(writePerson(newest.person), personPlace(receipt)),
        personIndex: recordedPersonIndexes(vault, newest.person)[0],
        agencyNumberIndex:
          newest.person.agencyNumber === undefined
            ? null
            : agencyNumberIndexes(vault, newest.person.agencyNumber)[0],
        status: newest.status,
        statusAt: newest.at,
        latestEvent: newest.id,
      }
    : before;
  return {
    state: { ...current, receipt, dataKey, ...newestAccessCode(receipt, ordered, before, vault) },
    key,
  };
}

function newestAccessCode(
  receipt: string,
  ordered: readonly StatusEvent[],
  before: CaseState | undefined,
  vault: Vault,
): Pick<CaseState, 'accessCodeMac' | 'accessCodeAt' | 'accessCodeEvent'> {
  const newest = ordered.findLast((event) => event.accessCode !== null);
  const { accessCodeMac: mac = null, accessCodeAt: at = null, accessCodeEvent: id = null } = before ?? {};
  const isNewer = newest !== undefined && (at === null || id === null || byTime({ id, at }, newest) < 0);
  if (!isNewer || newest.accessCode === null)
    return { accessCodeMac: mac, accessCodeAt: at, accessCodeEvent: id };
  return {
    accessCodeMac: accessCodeMacs(vault, receipt, newest.accessCode)[0],
    accessCodeAt: newest.at,
    accessCodeEvent: newest.id,
  };
}
