import type { Floor } from '../platform/floor/index.ts';
import { removeOldDevices } from './core/devices/index.ts';
import { removeOldTexts } from './core/notices/index.ts';
import { removeOldCounts } from './core/throttling/index.ts';
import { SEND_RECOVERY } from './entry/recovery/index.ts';
import type { Identity } from './rules.ts';
import { PREPARE_EXPORT } from './settings/data-export/index.ts';

/** What identity does behind the pages. */
export function identityWork(identity: Identity): Required<Pick<Floor, 'jobs' | 'timed' | 'cleanUp'>> {
  const { database, clock, policy } = identity;
  return {
    jobs: {
      [PREPARE_EXPORT]: (id) => identity.dataExport.prepare(id),
      [SEND_RECOVERY]: (id) => identity.recovery.send(id),
    },
    timed: [{ name: 'remind-of-holds', cron: '*/5 * * * *', run: () => identity.recovery.remind() }],
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
    ],
  };
}
