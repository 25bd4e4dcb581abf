export { SEND_RECOVERY } from './begin.ts';
export type { Progress, RecoveryMessages } from './machine.ts';
export { recoveryMessages } from './messages.ts';
export { makeRecovery } from './recovery.ts';
export { recoveryRoutes } from './routes.tsx';
