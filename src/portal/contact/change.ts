import type { Notices } from '../../identity/core/notices/index.ts';
import { type Refused, unlessUnderAlarm } from '../../identity/session/alarm/index.ts';
import type { Session } from '../../identity/session/sessions/index.ts';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { ContactChange, ContactDetails, Contacts } from '../../records/contact/index.ts';

export type ChangeParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly contacts: Contacts;
};

/**
 * Changes where a person lives and gets letters, and tells every address of the account that it was changed, not to what:
 * whoever has letters sent elsewhere gets cards and codes on paper.
 */
export const changeContact = (
  { database, clock, notices, contacts }: ChangeParts,
  owner: Pick<Session, 'id' | 'accountId' | 'key'>,
  details: ContactDetails,
): Promise<ContactChange | Refused> =>
  unlessUnderAlarm(database, owner, async (transaction): Promise<ContactChange> => {
    const { accountId } = owner;
    const result = await contacts.change(transaction, owner, details, () =>
      notices.send(transaction, accountId, { is: 'contact-changed' }),
    );
    if (result.is === 'changed')
      await recordSecurityEvent(transaction, clock, { kind: 'contact-changed', accountId });
    return result;
  });
