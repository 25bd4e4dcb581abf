import type { ActivityLabel } from '../../platform/audit/index.ts';

/** What is recorded about cases, as the person reads it in the activity of their account. */
export const CASE_ACTIVITY_LABELS = {
  'case-claimed': { word: 'activity.case-claimed', group: 'other' },
  'claim-refused': { word: 'activity.claim-refused', group: 'refused' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof CASE_ACTIVITY_LABELS]: true };

declare module '../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
