import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const FACTOR_ACTIVITY = {
  'password-refused': { word: 'activity.password-refused', group: 'refused' },
  'code-refused': { word: 'activity.code-refused', group: 'refused' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof FACTOR_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
