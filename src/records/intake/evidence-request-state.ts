import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { ChangeKind, Note } from '../changes/index.ts';
import {
  insertRequestStates,
  knowingRequestStates,
  type NewRequestState,
  type RequestState,
  selectRequestsByEvent,
} from '../evidence/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts } from './kind.ts';
import {
  bad,
  common,
  dayFaults,
  eventId,
  faultsOf,
  type IntakeRules,
  pastInstant,
  type Read,
  receiptFaults,
} from './reading.ts';

/** How a request for papers went on, as the agency says it, checked. */
export type RequestStateEvent = {
  readonly kind: 'evidence-request-state';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  /** The agency's id of the request. */
  readonly request: string;
  readonly state: RequestState;
  /** Another day than before; `YYYY-MM-DD`. */
  readonly dueOn: string | null;
};

const Event = z.strictObject({
  ...common,
  kind: z.literal('evidence-request-state'),
  request: eventId,
  state: z.enum(['open', 'answered', 'expired', 'withdrawn'], {
    error: 'must be "open", "answered", "expired" or "withdrawn"',
  }),
  dueOn: z.string().optional(),
});
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

const NOTED = {
  open: 'evidence-reopened',
  answered: 'evidence-answered',
  expired: 'evidence-expired',
  withdrawn: 'evidence-withdrawn',
} as const satisfies Readonly<Record<RequestState, ChangeKind>>;

function read(value: object, rules: IntakeRules): Read<RequestStateEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { at, dueOn = null, ...rest } = parsed.data;
  const now = rules.clock.now();
  const faults = receiptFaults(rest.receipt, rules);
  if (dueOn !== null) faults.push(...dayFaults('dueOn', dueOn, now));
  if (dueOn !== null && rest.state !== 'open') faults.push('"dueOn" is of a request that is open');
  const time = pastInstant(at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string') return bad(faults.join('; '));
  return { is: 'event', event: { ...rest, at: time, dueOn } };
}

function canonical({ kind, id, receipt, at, request, state, dueOn }: RequestStateEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), request, state, dueOn]);
}

async function take(
  transaction: Database,
  note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<RequestStateEvent>[],
): Promise<readonly Taken[]> {
  const known = await selectRequestsByEvent(
    transaction,
    fresh.map(({ event }) => event.request),
  );
  const rows: NewRequestState[] = [];
  const taken = fresh.map(({ event, digest }): Taken => {
    const found = known.get(event.request);
    if (found?.receipt !== event.receipt) return bad('the case has no such request');
    const { id, at, state, dueOn } = event;
    rows.push({ event: id, requestId: found.id, at, state, dueOn, digest });
    note({ kind: NOTED[state], receipt: event.receipt, ref: found.id, at });
    return ADDED;
  });
  if (rows.length > 0) await insertRequestStates(transaction, rows, now);
  return taken;
}

/** How a request for papers went on. */
export const evidenceRequestState: IntakeKind<Digested<RequestStateEvent>> = {
  read,
  canonical,
  knowing: knowingRequestStates,
  take,
};
