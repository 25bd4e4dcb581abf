import { type RawBuilder, sql } from 'kysely';
import { type Clock, DAY } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { normalIdentifier } from '../accounts/index.ts';
import type { FactorKind } from '../second-steps/index.ts';

/** What is being guessed at: an account, or a keyed digest of something that no account has. */
export type Subject = Buffer;

/** What is guessed beside second steps. A room that counts tries of something adds it here. */
// biome-ignore lint/suspicious/noEmptyInterface: rooms add to it
export interface ThrottleKinds {}

/** What kind of secret is guessed; each has its own count. */
export type ThrottleKind = keyof ThrottleKinds | FactorKind;

/** `unknown`, or the id of a device that the account knows: it has its own count, so that a stranger's failures never lock the owner out. */
export type Device = string;

export const UNKNOWN_DEVICE: Device = 'unknown';
/** Every device that an emailed link let try again. */
export const LIFTED_DEVICE: Device = 'lifted';
/** Every device that is not known, on a way back: whoever is counted there has proven an address first. */
export const WAY_BACK_DEVICE: Device = 'way-back';

export type Admission =
  | { readonly is: 'admitted'; readonly failures: number }
  | { readonly is: 'wait'; readonly until: Date }
  | { readonly is: 'disabled' };

export type Limits = {
  readonly wait: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
  readonly disable: number;
};

/** More failures than anybody counts. */
const NEVER = 2 ** 31 - 1;

/** What is guessed, by whom. */
export type Counted = {
  readonly subject: Subject;
  readonly kind: ThrottleKind;
  readonly device?: Device;
};

/** An account as a subject; `accountSubjectOf` is the same in SQL. */
export function accountSubject(accountId: string): Subject {
  return Buffer.from(accountId.replaceAll('-', ''), 'hex');
}

/**
 * What names no account is counted like an account, so that an answer never tells which it is. Two texts are one subject
 * where they would be one account: an email in the digits of any script, a username in its own alone.
 */
export function strangerSubject(vault: Pick<Vault, 'blindIndex'>, identifier: string): Subject {
  return vault.blindIndex('throttle-identifier', normalIdentifier(identifier));
}

/** @param accountId an SQL expression */
export const accountSubjectOf = (accountId: RawBuilder<unknown>): RawBuilder<Subject> =>
  sql<Subject>`uuid_send(${accountId})`;

/**
 * Counts a try before it is made, in one statement, so that tries made side by side are counted apart. A try that turns
 * out right is forgiven by `clearing`. (NIST SP 800-63B-4 §3.2.2, ASVS 6.3.1)
 * @returns whether the try may be made; `failures` counts this one
 */
export async function countTry(
  database: Database,
  clock: Clock,
  limits: Limits,
  counted: Counted,
): Promise<Admission> {
  const { subject, kind, device = UNKNOWN_DEVICE } = counted;
  const source = sql`select ${subject}::bytea as subject, ${device}::text as device`;
  const { rows } = await admitting(clock, limits, kind, source).execute(database);
  return admissionOf(database, clock, limits, counted, rows[0]?.failures ?? null);
}

/** The same for what nobody could bind anew if it were disabled, such as codes that are sent: the waits go on. */
export async function admitWithoutEnd(
  database: Database,
  clock: Clock,
  limits: Limits,
  counted: Counted,
): Promise<Exclude<Admission, { is: 'disabled' }>> {
  const admission = await countTry(database, clock, { ...limits, disable: NEVER }, counted);
  return admission.is === 'disabled' ? { is: 'wait', until: clock.now() } : admission;
}

/**
 * The counting as a part of a larger statement, which so asks the database no more often.
 * @param source a query that gives a `subject` and a `device`, or nothing when there is nothing to count
 * @returns a statement that gives `failures` where the try may be made, and no row where not
 */
export function admitting(
  clock: Clock,
  limits: Limits,
  kind: ThrottleKind,
  source: RawBuilder<unknown>,
): RawBuilder<{ failures: number }> {
  const now = clock.now();
  return sql<{ failures: number }>`
    insert into throttle as t (subject, device, kind, failures, wait_until, updated_at)
    select source.subject, source.device, ${kind}, 1, ${waitAfter(1, limits, now)}::timestamptz, ${now}::timestamptz
    from (${source}) source
    on conflict (subject, kind, device) do update set
      failures = t.failures + 1,
      wait_until = case when t.failures + 1 >= ${limits.wait}::int then ${now}::timestamptz + make_interval(secs =>
        least(${limits.firstWaitSeconds}::float8 * power(2, least(t.failures + 1 - ${limits.wait}::int, 30)), ${limits.longestWaitSeconds}::float8))
      end,
      updated_at = ${now}
    where t.failures < ${limits.disable}::int and (t.wait_until is null or t.wait_until <= ${now})
    returning failures`;
}

/** What the counting came to: one more query says why a try may not be made. */
export async function admissionOf(
  database: Database,
  clock: Clock,
  limits: Limits,
  { subject, kind, device = UNKNOWN_DEVICE }: Counted,
  failures: number | null,
): Promise<Admission> {
  if (failures !== null) return { is: 'admitted', failures };
  const row = await database
    .selectFrom('throttle')
    .select(['failures', 'wait_until'])
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('device', '=', device)
    .executeTakeFirst();
  if (row !== undefined && row.failures >= limits.disable) return { is: 'disabled' };
  return { is: 'wait', until: row?.wait_until ?? clock.now() };
}

/** Starts the count anew after a right try. */
export async function clear(database: Database, counted: Counted): Promise<void> {
  await clearing(counted, sql<boolean>`true`).execute(database);
}

/** The same as a part of a larger statement, done only where a condition holds. */
export function clearing(
  { subject, kind, device = UNKNOWN_DEVICE }: Counted,
  when: RawBuilder<boolean>,
): RawBuilder<unknown> {
  return sql`
    delete from throttle where subject = ${subject} and kind = ${kind} and device = ${device} and ${when}
    returning subject`;
}

/** Starts every count of a kind anew, a disabled authenticator's too: for one that was bound anew. */
export async function clearEverywhere(
  database: Database,
  { subject, kind }: Pick<Counted, 'subject' | 'kind'>,
): Promise<void> {
  await database.deleteFrom('throttle').where('subject', '=', subject).where('kind', '=', kind).execute();
}

/** Starts every count of a subject anew: what it guards was made anew. */
export async function clearAll(database: Database, subject: Subject): Promise<void> {
  await database.deleteFrom('throttle').where('subject', '=', subject).execute();
}

/**
 * Ends the waits of a device. Its failures stay counted, so that the next one is followed by the longer wait, and what is
 * disabled stays so (NIST SP 800-63B-4 §3.2.2).
 */
export async function liftWaits(database: Database, subject: Subject, device: Device): Promise<void> {
  await database
    .updateTable('throttle')
    .set({ wait_until: null })
    .where('subject', '=', subject)
    .where('device', '=', device)
    .execute();
}

/** Takes back the count of a try that was admitted but could not be made. */
export async function refund(
  database: Database,
  { subject, kind, device = UNKNOWN_DEVICE }: Counted,
): Promise<void> {
  await database
    .updateTable('throttle')
    .set((eb) => ({ failures: eb('failures', '-', 1), wait_until: null }))
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('device', '=', device)
    .where('failures', '>', 0)
    .execute();
}

const FORGOTTEN_AFTER = 90 * DAY;

/** Forgets counts that nobody has added to for 90 days; an authenticator that is disabled stays so. */
export async function removeOldCounts(database: Database, clock: Clock, { disable }: Limits): Promise<void> {
  const before = new Date(clock.now().getTime() - FORGOTTEN_AFTER);
  await database
    .deleteFrom('throttle')
    .where('updated_at', '<', before)
    .where('failures', '<', disable)
    .execute();
}

/** The end of the wait that follows the nth failure, or null where none does. */
export function waitAfter(failures: number, limits: Limits, now: Date): Date | null {
  if (failures < limits.wait) return null;
  const seconds = Math.min(
    limits.firstWaitSeconds * 2 ** Math.min(failures - limits.wait, 30),
    limits.longestWaitSeconds,
  );
  return new Date(now.getTime() + seconds * 1000);
}

/** Whole seconds until the end of a wait, at least one; what `Retry-After` says. */
export function secondsUntil(until: Date, clock: Clock): number {
  return Math.max(1, Math.ceil((until.getTime() - clock.now().getTime()) / 1000));
}
