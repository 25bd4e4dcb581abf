export {
  acknowledge,
  type BackupCodeSet,
  countBackupCodes,
  newBackupCodes,
  readUnacknowledged,
  storeBackupCodes,
} from './backup-codes.ts';
export { backupCodeFactor } from './factor.tsx';
export { backupCodeRoutes } from './routes.tsx';
export { type BackupCodeSettings, makeBackupCodeSettings } from './settings.ts';
