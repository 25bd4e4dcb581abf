export { passkeyAnswer } from './answers.ts';
export type { Purpose } from './challenge.ts';
export { passkeyFactor } from './factor.tsx';
export { makePasskeys, type Passkeys } from './passkeys.ts';
export { passkeysPolicy } from './policy.ts';
export { passkeyNameFor, passkeyRoutes } from './routes.tsx';
export { PASSKEY } from './second-step.ts';
export { PASSKEY_TABLES } from './tables.ts';
