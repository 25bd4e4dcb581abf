export {
  connect,
  type Database,
  type DatabaseConnection,
  isMigrated,
  migrate,
  type Tables,
} from './database.ts';
export { type EmbeddedPostgres, embeddedFolder, startEmbeddedPostgres } from './embedded.ts';
