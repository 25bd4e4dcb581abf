export type { ClamdAddress } from './clamd.ts';
export { type Config, type ConfigResult, readConfig } from './config.ts';
export type { Secret } from './secrets.ts';
export type { StorageConfig } from './storage.ts';
