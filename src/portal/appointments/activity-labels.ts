import type { ActivityLabel } from '../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const APPOINTMENT_ACTIVITY_LABELS = {
  'appointment-chosen': { word: 'activity.appointment-chosen', group: 'other' },
  'appointment-moved': { word: 'activity.appointment-moved', group: 'changes' },
  'appointment-cancelled': { word: 'activity.appointment-cancelled', group: 'changes' },
  'calendar-added': { word: 'activity.calendar-added', group: 'changes' },
  'calendar-removed': { word: 'activity.calendar-removed', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof APPOINTMENT_ACTIVITY_LABELS]: true };

declare module '../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
