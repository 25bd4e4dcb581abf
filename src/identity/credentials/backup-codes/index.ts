export { BACKUP_CODE_ACTIVITY } from './activity-labels.ts';
export {
  acknowledge,
  type BackupCodeSet,
  countBackupCodes,
  newBackupCodes,
  readUnacknowledged,
  storeBackupCodes,
  tellBackupCodeUsed,
} from './backup-codes.ts';
export { backupCodeFactor } from './factor.tsx';
export { afterBackupCode, backupCodeRoutes } from './routes.tsx';
export { BACKUP_CODE } from './second-step.ts';
export { type BackupCodeSettings, makeBackupCodeSettings } from './settings.ts';
export { BACKUP_CODE_TABLES } from './tables.ts';
