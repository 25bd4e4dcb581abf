export { RECOVERY_ACTIVITY } from './activity-labels.ts';
export { SEND_RECOVERY } from './begin.ts';
export type { Progress, RecoveryMessages } from './machine.ts';
export { recoveryMessages } from './messages.ts';
export { recoveryData } from './personal-data.ts';
export { recoveryPolicy } from './policy.ts';
export { makeRecovery, type Recovery } from './recovery.ts';
export { recoveryRoutes } from './routes.tsx';
export { RECOVERY_TABLES } from './tables.ts';
