export { type Config, type ConfigResult, readConfig } from './config.ts';
export type { Secret } from './secrets.ts';
