import { asAccountId } from '../../identity/core/accounts/index.ts';
import type { Notices } from '../../identity/core/notices/index.ts';
import { type Refused, unlessUnderAlarm } from '../../identity/session/alarm/index.ts';
import type { Session } from '../../identity/session/sessions/index.ts';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AlertChoice, Alerts } from '../../records/alerts/index.ts';

export type TellParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly notices: Notices;
};
export type ChangeParts = TellParts & { readonly alerts: Pick<Alerts, 'choose' | 'retry'> };

type Owner = Pick<Session, 'id' | 'accountId'>;

/**
 * Changes how a person is told, and tells every address of the account where no alert comes by email any more: whoever silences
 * them keeps from the person what happens in their cases.
 */
export const chooseAlerts = (
  parts: ChangeParts,
  owner: Owner,
  choice: AlertChoice,
): Promise<{ readonly is: 'changed' } | Refused> =>
  unlessUnderAlarm(parts.database, owner, async (transaction) => {
    const { endsEmails } = await parts.alerts.choose(transaction, owner.accountId, choice);
    if (endsEmails) await tellOfEnd(parts)(transaction, owner.accountId);
    return { is: 'changed' } as const;
  });

/** Writes again to the addresses from which mail came back. */
export const retryAddresses = (
  parts: ChangeParts,
  owner: Owner,
): Promise<{ readonly is: 'changed' } | Refused> =>
  unlessUnderAlarm(parts.database, owner, async (transaction) => {
    await parts.alerts.retry(transaction, owner.accountId);
    return { is: 'changed' } as const;
  });

/** Tells every address of an account that it has no alerts by email any more, and notes it as an event. */
export const tellOfEnd =
  ({ clock, notices }: Pick<TellParts, 'clock' | 'notices'>) =>
  async (transaction: Database, id: string): Promise<void> => {
    const accountId = asAccountId.parse(id);
    await notices.send(transaction, accountId, { is: 'alerts-ended' });
    await recordSecurityEvent(transaction, clock, { kind: 'alerts-ended', accountId });
  };
