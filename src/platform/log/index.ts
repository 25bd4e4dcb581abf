export { makeLog } from './log.ts';
