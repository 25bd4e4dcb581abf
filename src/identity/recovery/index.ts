export { recoveryMessages } from './messages.ts';
export { makeRecovery, SEND_RECOVERY } from './recovery.ts';
export { recoveryRoutes } from './routes.tsx';
