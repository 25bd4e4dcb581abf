import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const COPY_ACTIVITY = {
  'data-asked': { word: 'activity.data-asked', group: 'other' },
  'data-fetched': { word: 'activity.data-fetched', group: 'other' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof COPY_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
