import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { Note } from '../changes/index.ts';
import { insertSafeAddressLines, knowingSafeAddressLines, type SafeAddressState } from '../contact/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import { bad, common, faultsOf, type IntakeRules, pastInstant, type Read, receiptFaults } from './reading.ts';

/** Whether letters about a case go to an agreed address, as the agency says it, checked. It never says which. */
export type SafeAddressEvent = {
  readonly kind: 'safe-address';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  readonly state: SafeAddressState;
};

const Event = z.strictObject({
  ...common,
  kind: z.literal('safe-address'),
  state: z.enum(['set', 'lifted'], { error: 'must be "set" or "lifted"' }),
});
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

function read(value: object, rules: IntakeRules): Read<SafeAddressEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const faults = receiptFaults(parsed.data.receipt, rules);
  const time = pastInstant(parsed.data.at, rules.clock.now());
  if (typeof time === 'string') return bad([...faults, `"at" ${time}`].join('; '));
  return faults.length > 0 ? bad(faults.join('; ')) : { is: 'event', event: { ...parsed.data, at: time } };
}

function canonical({ kind, id, receipt, at, state }: SafeAddressEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), state]);
}

/** Nothing is noted of it: whoever looks over a shoulder would read that there is something to hide. */
async function take(
  transaction: Database,
  _note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<SafeAddressEvent>[],
): Promise<readonly Taken[]> {
  const lines = fresh.map(({ event: { id, receipt, state, at }, digest }) => ({
    event: id,
    receipt,
    state,
    at,
    digest,
  }));
  const kept = await insertSafeAddressLines(transaction, lines, now);
  return fresh.map(({ event }): Taken => (kept.has(event.id) ? ADDED : UNKNOWN_CASE));
}

/** That letters go to an agreed address, or no longer do. */
export const safeAddress: IntakeKind<Digested<SafeAddressEvent>> = {
  read,
  canonical,
  knowing: knowingSafeAddressLines,
  take,
};
