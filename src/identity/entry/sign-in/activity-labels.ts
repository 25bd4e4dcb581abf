import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const SIGN_IN_ACTIVITY = {
  'signed-in': { word: 'activity.signed-in', group: 'signing-in' },
  'wait-lift-asked': { word: 'activity.wait-lift-asked', group: 'refused' },
  'wait-lifted': { word: 'activity.wait-lifted', group: 'refused' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof SIGN_IN_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
