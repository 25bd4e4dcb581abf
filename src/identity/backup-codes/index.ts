export {
  acknowledge,
  type BackupCodeSet,
  countBackupCodes,
  digestTyped,
  looksLikeBackupCode,
  newBackupCodes,
  readUnacknowledged,
  storeBackupCodes,
  useBackupCode,
} from './backup-codes.ts';
export { backupCodeRoutes } from './routes.tsx';
