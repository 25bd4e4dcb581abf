export type { Consume } from './consume.ts';
export {
  connect,
  connectToMigrate,
  type Database,
  type DatabaseConnection,
  type Tables,
} from './database.ts';
export { eachAlone } from './each-alone.ts';
export { type EmbeddedPostgres, embeddedFolder, startEmbeddedPostgres } from './embedded.ts';
export { TRANSACTION_LOCKS, type TransactionLock, takeTransactionLock } from './locks.ts';
export { inMigrationTurn, migrate, migrationCheck } from './migrations.ts';
export { grantServing, roleOf } from './roles.ts';
export { statement } from './statement.ts';
export { unavailability } from './unavailable.ts';
