export {
  connect,
  type Database,
  type DatabaseConnection,
  migrate,
  migrationCheck,
  type Tables,
} from './database.ts';
export { type EmbeddedPostgres, embeddedFolder, startEmbeddedPostgres } from './embedded.ts';
export { grantServing, roleOf } from './roles.ts';
