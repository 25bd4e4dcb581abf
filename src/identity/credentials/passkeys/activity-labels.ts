import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const PASSKEY_ACTIVITY = {
  'passkey-refused': { word: 'activity.passkey-refused', group: 'refused' },
  'passkey-copied': { word: 'activity.passkey-copied', group: 'refused' },
  'passkey-counter-back': { word: 'activity.passkey-counter-back', group: 'signing-in' },
  'passkey-added': { word: 'activity.passkey-added', group: 'changes' },
  'passkey-renamed': { word: 'activity.passkey-renamed', group: 'changes' },
  'passkey-removed': { word: 'activity.passkey-removed', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof PASSKEY_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
