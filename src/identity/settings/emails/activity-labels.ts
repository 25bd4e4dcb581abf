import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const EMAIL_ACTIVITY = {
  'email-added': { word: 'activity.email-added', group: 'changes' },
  'email-made-primary': { word: 'activity.email-made-primary', group: 'changes' },
  'email-removed': { word: 'activity.email-removed', group: 'changes' },
  'email-change-undone': { word: 'activity.email-change-undone', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof EMAIL_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
