import { HOUR } from '../../../platform/clock/index.ts';
import type { Policy } from '../policy/index.ts';

/**
 * A pass is a link by which whoever reads a mailbox goes on although strangers used up its messages. It works for a day;
 * where one may be lost among what strangers asked for, another comes, and few in a day.
 */
export const PASS = { lasts: 24 * HOUR, fresh: 6 * HOUR, most: 4 } as const;

/** What was sent lately to one mailbox: asked for from one place, and in all by whom it does not know. */
export type SentLately = {
  readonly hereInHour: number;
  readonly hereInDay: number;
  readonly inHour: number;
  readonly inDay: number;
};

/**
 * Whether one more is sent. `enough`: whoever asks from there has had an hour's worth; `full`: who asks is one of many
 * strangers who used up what there is, or may be the owner among them.
 */
export type Share = 'sent' | 'enough' | 'full';

/** What strangers may have sent to a mailbox. Past the total, a place that has asked for nothing today gets its first. */
export function shareOf(
  numbers: Policy['code'],
  { hereInHour, hereInDay, inHour, inDay }: SentLately,
): Share {
  const { sentPerHour, sentPerDay, inAllPerHour, inAllPerDay, reservedPerDay } = numbers;
  if (hereInHour >= sentPerHour) return 'enough';
  if (hereInDay === 0 && inDay < inAllPerDay + reservedPerDay) return 'sent';
  return hereInDay < sentPerDay && inHour < inAllPerHour && inDay < inAllPerDay ? 'sent' : 'full';
}
