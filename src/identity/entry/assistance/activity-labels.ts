import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const ASSISTANCE_ACTIVITY = {
  'looked-up-by-agency': { word: 'activity.looked-up-by-agency', group: 'other' },
  'person-corrected-by-agency': { word: 'activity.person-corrected-by-agency', group: 'changes' },
  'case-released': { word: 'activity.case-released', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof ASSISTANCE_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
