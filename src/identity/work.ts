import { PREPARE_EXPORT } from './data-export/index.ts';
import { removeOldDevices } from './devices/index.ts';
import { removeOldTexts } from './notices/index.ts';
import { SEND_RECOVERY } from './recovery/index.ts';
import type { Identity } from './rules.ts';
import { removeOldCounts } from './throttling/index.ts';

/** What identity does behind the pages, by what asks for it. */
export function identityWork(identity: Identity) {
  const { database, clock, policy } = identity;
  return {
    /** Asked for by a page, about one row. */
    asked: {
      [PREPARE_EXPORT]: (id: string) => identity.dataExport.prepare(id),
      [SEND_RECOVERY]: (id: string) => identity.recovery.send(id),
    },
    /** Reminds of the holds that run. */
    remind: () => identity.recovery.remind(),
    /** Removes what has expired, each by itself. */
    cleanUp: [
      () => identity.closing.remindDue(),
      () => identity.closing.eraseDue(),
      () => identity.dataExport.removeOld(),
      () => identity.backupCodes.removeOld(),
      () => identity.signIn.removeOld(),
      () => identity.signUp.removeOld(),
      () => identity.recovery.removeOld(),
      () => identity.sessions.removeOld(),
      () => identity.alarm.removeOld(),
      () => identity.emails.removeOld(),
      () => identity.phones.removeOld(database),
      () => identity.smsCodes.removeOld(database),
      () => identity.proofOfWork.removeOld(),
      () => removeOldTexts(database, clock),
      () => removeOldDevices(database, clock, policy.devices),
      () => removeOldCounts(database, clock, policy.failures),
    ] satisfies ReadonlyArray<() => Promise<unknown>>,
  };
}
