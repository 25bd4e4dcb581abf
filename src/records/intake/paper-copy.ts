import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import { byTime } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import {
  knowingPaperCopyLines,
  type PaperCopyLine,
  type SettledState,
  selectDocumentsByEvent,
  settleByLines,
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

/** What became of the copies of a document that were asked for on paper, as the agency says it, checked. */
export type PaperCopyEvent = {
  readonly kind: 'paper-copy';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  /** The agency's id of the document. */
  readonly document: string;
  readonly state: SettledState;
};

const Event = z.strictObject({
  ...common,
  kind: z.literal('paper-copy'),
  document: eventId,
  state: z.enum(['sent', 'refused'], { error: 'must be "sent" or "refused"' }),
});
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

function read(value: object, rules: IntakeRules): Read<PaperCopyEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const faults = receiptFaults(parsed.data.receipt, rules);
  const time = pastInstant(parsed.data.at, rules.clock.now());
  if (typeof time === 'string') return bad([...faults, `"at" ${time}`].join('; '));
  return faults.length > 0 ? bad(faults.join('; ')) : { is: 'event', event: { ...parsed.data, at: time } };
}

function canonical({ kind, id, receipt, at, document, state }: PaperCopyEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), document, state]);
}

const NOBODY_WAITS = bad('nobody waits for a copy of the document');

async function take(
  transaction: Database,
  note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<PaperCopyEvent>[],
): Promise<readonly Taken[]> {
  const known = await selectDocumentsByEvent(
    transaction,
    fresh.map(({ event }) => event.document),
  );
  // Of those of one document the first settles what is open; after it nobody waits.
  const lines = new Map<string, PaperCopyLine>();
  for (const { event, digest } of fresh.toSorted((a, b) => byTime(a.event, b.event))) {
    const found = known.get(event.document);
    if (found === undefined || found.receipt !== event.receipt || lines.has(found.id)) continue;
    const { id, state, at } = event;
    lines.set(found.id, { event: id, documentId: found.id, state, at, digest });
  }
  const settled = await settleByLines(transaction, note, [...lines.values()], now);
  return fresh.map(({ event }): Taken => {
    if (known.get(event.document)?.receipt !== event.receipt) return bad('the case has no such document');
    return settled.has(event.id) ? ADDED : NOBODY_WAITS;
  });
}

/** What became of copies on paper. */
export const paperCopy: IntakeKind<Digested<PaperCopyEvent>> = {
  read,
  canonical,
  knowing: knowingPaperCopyLines,
  take,
};
