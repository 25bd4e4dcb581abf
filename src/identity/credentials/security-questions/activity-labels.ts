import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const QUESTION_ACTIVITY = {
  'questions-set': { word: 'activity.questions-set', group: 'changes' },
  'questions-removed': { word: 'activity.questions-removed', group: 'changes' },
  'answers-refused': { word: 'activity.answers-refused', group: 'refused' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof QUESTION_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
