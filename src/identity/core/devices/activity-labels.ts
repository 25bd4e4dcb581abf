import type { ActivityLabel } from '../../../platform/audit/index.ts';

/** What this room records, as the person reads it in the activity of their account. */
export const DEVICE_ACTIVITY = {
  'device-forgotten': { word: 'activity.device-forgotten', group: 'changes' },
  'devices-forgotten': { word: 'activity.devices-forgotten', group: 'changes' },
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof DEVICE_ACTIVITY]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
