import { sql } from 'kysely';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** What is being guessed at: a keyed digest of an account or of an identifier that no account has. */
export type Subject = Buffer;

/** What kind of secret is guessed; each has its own count. */
export type ThrottleKind = 'password' | 'authenticator-app' | 'backup-code' | 'email-code' | 'claim';

/** A known device will have its own count, so that a stranger's failures never lock the owner out. */
export type Device = 'unknown';

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

/**
 * Counts a try before it is made, in one statement, so that tries made side by side are counted apart. A try that turns
 * out right is forgiven by `clear`. (NIST SP 800-63B-4 §3.2.2, ASVS 6.3.1)
 * @returns whether the try may be made; `failures` counts this one
 */
export async function admit(
  database: Database,
  clock: Clock,
  limits: Limits,
  subject: Subject,
  kind: ThrottleKind,
  device: Device = 'unknown',
): Promise<Admission> {
  const now = clock.now();
  const first = waitAfter(1, limits, now);
  const { rows } = await sql<{ failures: number }>`
    insert into throttle as t (subject, kind, device, failures, wait_until, updated_at)
    values (${subject}, ${kind}, ${device}, 1, ${first}, ${now})
    on conflict (subject, kind, device) do update set
      failures = t.failures + 1,
      wait_until = case when t.failures + 1 >= ${limits.wait}::int then ${now}::timestamptz + make_interval(secs =>
        least(${limits.firstWaitSeconds}::float8 * power(2, least(t.failures + 1 - ${limits.wait}::int, 30)), ${limits.longestWaitSeconds}::float8))
      end,
      updated_at = ${now}
    where t.failures < ${limits.disable}::int and (t.wait_until is null or t.wait_until <= ${now})
    returning failures`.execute(database);
  const [counted] = rows;
  if (counted !== undefined) return { is: 'admitted', failures: counted.failures };

  const row = await database
    .selectFrom('throttle')
    .select(['failures', 'wait_until'])
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('device', '=', device)
    .executeTakeFirst();
  if (row !== undefined && row.failures >= limits.disable) return { is: 'disabled' };
  return { is: 'wait', until: row?.wait_until ?? now };
}

/** Starts the count anew after a right try. */
export async function clear(
  database: Database,
  subject: Subject,
  kind: ThrottleKind,
  device: Device = 'unknown',
): Promise<void> {
  await database
    .deleteFrom('throttle')
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('device', '=', device)
    .execute();
}

/** Takes back the count of a try that was admitted but could not be made. */
export async function takeBack(
  database: Database,
  subject: Subject,
  kind: ThrottleKind,
  device: Device = 'unknown',
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

const FORGOTTEN_AFTER = 90 * 24 * 3_600_000;

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
