import type { Notices } from '../../identity/core/notices/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../identity/session/alarm/index.ts';
import { recordSecurityEvent, type SecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Inside } from '../../records/appointments/index.ts';

export type Guarding = {
  readonly database: Database;
  readonly clock: Clock;
  readonly notices: Notices;
};

/**
 * Does something to an appointment that somebody asks for in a session: not under alarm, and with word of what is moved or
 * cancelled to every address of the account, since whoever misses an appointment may lose a case by it.
 * @param notice what the addresses are told where the act tells anything
 * @param eventOf what is recorded of the result; null where nothing was done
 */
export const guarded = <T>(
  { database, clock, notices }: Guarding,
  asking: Asking,
  notice: 'appointment-moved' | 'appointment-cancelled',
  act: (inside: Inside) => Promise<T>,
  eventOf: (result: T) => SecurityEvent['kind'] | null,
): Promise<{ readonly is: 'done'; readonly result: T } | Refused> =>
  unlessUnderAlarm(database, asking, async (transaction) => {
    const { accountId } = asking;
    const tell = (inner: Database) => notices.send(inner, accountId, { is: notice });
    const result = await act({ transaction, tell });
    const kind = eventOf(result);
    if (kind !== null) await recordSecurityEvent(transaction, clock, { kind, accountId });
    return { is: 'done', result } as const;
  });
