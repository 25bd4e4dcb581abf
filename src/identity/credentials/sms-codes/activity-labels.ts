import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const PHONE_ACTIVITY = {
  'phone-added': { word: 'activity.phone-added', group: 'changes' },
  'phone-removed': { word: 'activity.phone-removed', group: 'changes' },
  'phone-notices-on': { word: 'activity.phone-notices-on', group: 'changes' },
  'phone-notices-off': { word: 'activity.phone-notices-off', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof PHONE_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
