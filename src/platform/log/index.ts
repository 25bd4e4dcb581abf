export { framesOf, makeLog } from './log.ts';
