import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const CLOSING_ACTIVITY = {
  'closing-begun': { word: 'activity.closing-begun', group: 'other' },
  'closing-cancelled': { word: 'activity.closing-cancelled', group: 'other' },
  'account-erased': { word: 'activity.account-erased', group: 'other' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof CLOSING_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
