export { endRecoveries } from './open-recoveries.ts';
