import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import { openCases } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import { selectDocumentsByEvent } from '../documents/index.ts';
import {
  insertRequests,
  knowingRequests,
  type NewRequest,
  type Paper,
  papersPlace,
  writePapers,
} from '../evidence/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import {
  bad,
  common,
  dayFaults,
  eventId,
  faultsOf,
  type IntakeRules,
  languageFaults,
  localizedText,
  pastInstant,
  type Read,
  receiptFaults,
  sorted,
} from './reading.ts';

/** That the agency asks for papers, as it says it, checked. */
export type RequestEvent = {
  readonly kind: 'evidence-request';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  readonly papers: readonly Paper[];
  /** `YYYY-MM-DD` */
  readonly dueOn: string;
  /** The agency's id of the document by which it asks. */
  readonly document: string | null;
};

const MOST_PAPERS = 50;
const NAME_LENGTH = 200;
const NOTE_LENGTH = 2000;

const Event = z.strictObject({
  ...common,
  kind: z.literal('evidence-request'),
  papers: z
    .array(
      z.strictObject({
        name: localizedText(NAME_LENGTH),
        note: localizedText(NOTE_LENGTH, 'lines').optional(),
      }),
    )
    .min(1, 'is empty')
    .max(MOST_PAPERS, `has more than ${MOST_PAPERS} papers`),
  dueOn: z.string(),
  document: eventId.optional(),
});

const FIELDS: ReadonlySet<PropertyKey> = new Set([...Object.keys(Event.shape), 'name', 'note']);

function read(value: object, rules: IntakeRules): Read<RequestEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { at, papers, document = null, ...rest } = parsed.data;
  const now = rules.clock.now();
  const faults = [
    ...receiptFaults(rest.receipt, rules),
    ...dayFaults('dueOn', rest.dueOn, now),
    ...papers.flatMap(({ name, note }) => [
      ...languageFaults('papers.name', name, rules.languages),
      ...languageFaults('papers.note', note, rules.languages),
    ]),
  ];
  const time = pastInstant(at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string') return bad([...new Set(faults)].join('; '));
  const named = papers.map(({ name, note = null }) => ({ name, note }));
  return { is: 'event', event: { ...rest, at: time, papers: named, document } };
}

function canonical({ kind, id, receipt, at, papers, dueOn, document }: RequestEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), sorted(papers), dueOn, document]);
}

async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly Digested<RequestEvent>[],
): Promise<readonly Taken[]> {
  const cases = await openCases(
    transaction,
    vault,
    fresh.map(({ event }) => event.receipt),
  );
  const documents = await selectDocumentsByEvent(
    transaction,
    fresh.flatMap(({ event }) => event.document ?? []),
  );
  const rows: NewRequest[] = [];
  const taken = fresh.map(({ event, digest }): Taken => {
    const { receipt, at, dueOn } = event;
    const known = cases.get(receipt);
    const letter = event.document === null ? null : documents.get(event.document);
    if (known === undefined) return UNKNOWN_CASE;
    if (letter !== null && letter?.receipt !== receipt) return bad('the case has no such document');
    const id = uuid();
    const papersSealed = known.key.seal(writePapers(event.papers), papersPlace(id));
    rows.push({
      id,
      event: event.id,
      receipt,
      at,
      papersSealed,
      documentId: letter?.id ?? null,
      dueOn,
      digest,
    });
    note({ kind: 'evidence-requested', receipt, ref: id, at });
    return ADDED;
  });
  if (rows.length > 0) await insertRequests(transaction, rows, now);
  return taken;
}

/** That the agency asks for papers. */
export const evidenceRequest: IntakeKind<Digested<RequestEvent>> = {
  read,
  canonical,
  knowing: knowingRequests,
  take,
};
