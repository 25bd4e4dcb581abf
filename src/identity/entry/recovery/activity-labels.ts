import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const RECOVERY_ACTIVITY = {
  'restoration-asked': { word: 'activity.restoration-asked', group: 'changes' },
  'restoration-approved': { word: 'activity.restoration-approved', group: 'changes' },
  'recovery-begun': { word: 'activity.recovery-begun', group: 'changes' },
  'recovery-held': { word: 'activity.recovery-held', group: 'changes' },
  'recovery-shortened': { word: 'activity.recovery-shortened', group: 'changes' },
  'recovery-moved': { word: 'activity.recovery-moved', group: 'changes' },
  'recovery-completed': { word: 'activity.recovery-completed', group: 'changes' },
  'recovery-cancelled': { word: 'activity.recovery-cancelled', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof RECOVERY_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
