import type { ActivityLabel } from '../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const ALERT_ACTIVITY_LABELS = {
  'alerts-ended': { word: 'activity.alerts-ended', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof ALERT_ACTIVITY_LABELS]: true };

declare module '../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
