export { type Config, type ConfigResult, readConfig } from './config.ts';
