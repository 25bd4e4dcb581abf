import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { Note } from '../changes/index.ts';
import {
  insertWithdrawals,
  knowingWithdrawals,
  selectDocumentsByEvent,
  type Withdrawal,
} from '../documents/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts } from './kind.ts';
import {
  bad,
  common,
  eventId,
  faultsOf,
  type IntakeRules,
  pastInstant,
  type Read,
  receiptFaults,
} from './reading.ts';

/** That a paper is no longer good, as the agency says it, checked. */
export type WithdrawalEvent = {
  readonly kind: 'document-withdrawn';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  /** The agency's id of the document. */
  readonly document: string;
};

const Event = z.strictObject({ ...common, kind: z.literal('document-withdrawn'), document: eventId });
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

function read(value: object, rules: IntakeRules): Read<WithdrawalEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const faults = receiptFaults(parsed.data.receipt, rules);
  const time = pastInstant(parsed.data.at, rules.clock.now());
  if (typeof time === 'string') return bad([...faults, `"at" ${time}`].join('; '));
  return faults.length > 0 ? bad(faults.join('; ')) : { is: 'event', event: { ...parsed.data, at: time } };
}

function canonical({ kind, id, receipt, at, document }: WithdrawalEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), document]);
}

async function take(
  transaction: Database,
  note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<WithdrawalEvent>[],
): Promise<readonly Taken[]> {
  const known = await selectDocumentsByEvent(
    transaction,
    fresh.map(({ event }) => event.document),
  );
  const rows: Withdrawal[] = [];
  const taken = fresh.map(({ event, digest }): Taken => {
    const found = known.get(event.document);
    if (found?.receipt !== event.receipt) return bad('the case has no such document');
    rows.push({ event: event.id, documentId: found.id, at: event.at, digest });
    note({ kind: 'document-withdrawn', receipt: event.receipt, ref: found.id, at: event.at });
    return ADDED;
  });
  if (rows.length > 0) await insertWithdrawals(transaction, rows, now);
  return taken;
}

/** That a paper is no longer good. */
export const documentWithdrawn: IntakeKind<Digested<WithdrawalEvent>> = {
  read,
  canonical,
  knowing: knowingWithdrawals,
  take,
};
