export { flushLog, framesOf, makeLog } from './log.ts';
