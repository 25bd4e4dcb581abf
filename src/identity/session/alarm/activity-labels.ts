import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const ALARM_ACTIVITY = {
  'alarm-raised': { word: 'activity.alarm-raised', group: 'changes' },
  'alarm-cleared': { word: 'activity.alarm-cleared', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof ALARM_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
