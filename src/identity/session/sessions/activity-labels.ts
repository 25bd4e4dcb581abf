import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const SESSION_ACTIVITY = {
  'signed-out': { word: 'activity.signed-out', group: 'signing-in' },
  'timed-out': { word: 'activity.timed-out', group: 'signing-in' },
  'session-replaced': { word: 'activity.session-replaced', group: 'signing-in' },
  'session-ended': { word: 'activity.session-ended', group: 'signing-in' },
  'sessions-ended': { word: 'activity.sessions-ended', group: 'signing-in' },
  'sessions-ended-by-agency': { word: 'activity.sessions-ended-by-agency', group: 'signing-in' },
  'stepped-up': { word: 'activity.stepped-up', group: 'signing-in' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof SESSION_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
