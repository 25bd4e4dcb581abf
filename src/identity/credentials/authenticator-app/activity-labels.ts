import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const APP_ACTIVITY = {
  'authenticator-app-added': { word: 'activity.authenticator-app-added', group: 'changes' },
  'authenticator-app-renamed': { word: 'activity.authenticator-app-renamed', group: 'changes' },
  'authenticator-app-removed': { word: 'activity.authenticator-app-removed', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof APP_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
