import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import type { Note } from '../changes/index.ts';
import { type Acknowledged, acknowledgeByLines, knowingAcknowledgements } from '../contact/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts } from './kind.ts';
import { bad, common, faultsOf, type IntakeRules, pastInstant, type Read, receiptFaults } from './reading.ts';

/** That the office of a case has a version of somebody's contact details, as the agency says it, checked. */
export type ContactAcknowledgedEvent = {
  readonly kind: 'contact-acknowledged';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  /** The id under which Portico gave them out. */
  readonly contact: string;
};

const Event = z.strictObject({
  ...common,
  kind: z.literal('contact-acknowledged'),
  contact: z.uuid({ error: 'is not an id that Portico gave out' }),
});
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

function read(value: object, rules: IntakeRules): Read<ContactAcknowledgedEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const faults = receiptFaults(parsed.data.receipt, rules);
  const time = pastInstant(parsed.data.at, rules.clock.now());
  if (typeof time === 'string') return bad([...faults, `"at" ${time}`].join('; '));
  if (faults.length > 0) return bad(faults.join('; '));
  const { contact, ...rest } = parsed.data;
  return { is: 'event', event: { ...rest, at: time, contact: contact.toLowerCase() } };
}

function canonical({ kind, id, receipt, at, contact }: ContactAcknowledgedEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), contact]);
}

const TAKEN: Readonly<Record<Acknowledged, Taken>> = {
  kept: ADDED,
  'known-version': bad('the contact details are acknowledged already'),
  'no-such-version': bad('the case has no such contact details'),
};

async function take(
  transaction: Database,
  note: Note,
  { now }: TakingParts,
  fresh: readonly Digested<ContactAcknowledgedEvent>[],
): Promise<readonly Taken[]> {
  const lines = fresh.map(({ event: { id, receipt, contact, at }, digest }) => ({
    event: id,
    receipt,
    contact,
    at,
    digest,
  }));
  const became = await acknowledgeByLines(transaction, note, lines, now);
  return fresh.map(({ event }): Taken => TAKEN[became.get(event.id) ?? 'no-such-version']);
}

/** That offices have what people said of where they live. */
export const contactAcknowledged: IntakeKind<Digested<ContactAcknowledgedEvent>> = {
  read,
  canonical,
  knowing: knowingAcknowledgements,
  take,
};
