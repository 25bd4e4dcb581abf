import { removeOldDevices } from './core/devices/index.ts';
import { removeOldTexts } from './core/notices/index.ts';
import { removeOldCounts } from './core/throttling/index.ts';
import { SEND_RECOVERY } from './entry/recovery/index.ts';
import type { Identity } from './rules.ts';
import { PREPARE_EXPORT } from './settings/data-export/index.ts';

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
