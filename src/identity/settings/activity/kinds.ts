import type { ActivityGroup } from '../../../platform/audit/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';

/** What a person looks for in the history of their account. */
export const GROUPS = {
  'signing-in': 'activity.group-signing-in',
  refused: 'activity.group-refused',
  changes: 'activity.group-changes',
  other: 'activity.group-other',
} as const satisfies Record<ActivityGroup, PlainWordKey>;
