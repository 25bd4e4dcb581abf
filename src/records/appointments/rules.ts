import { HOUR } from '../../platform/clock/index.ts';
import type { AppointmentType } from './types.ts';

/** What a person may do with an appointment, by the agency's rules; what is too late says since when. */
export type May =
  | { readonly is: 'may'; readonly until: Date; readonly left: number | null }
  /** The agency alone does it. */
  | { readonly is: 'never' }
  /** As often as it may be. */
  | { readonly is: 'used-up'; readonly times: number }
  | { readonly is: 'too-late'; readonly since: Date }
  /** Its time has come, or it is not one any more. */
  | { readonly is: 'over' };

/** An appointment as far as the rules ask. */
export type Judged = {
  readonly state: 'offered' | 'fixed' | 'cancelled' | 'done' | 'missed';
  readonly startsAt: Date | null;
  readonly moves: number;
};

/** Whether a person may move an appointment now. */
export function mayMove(found: Judged, type: AppointmentType, now: Date): May {
  if (found.state !== 'fixed' || found.startsAt === null || found.startsAt <= now) return { is: 'over' };
  if (type.move === null) return { is: 'never' };
  const left = type.move.times - found.moves;
  if (left <= 0) return { is: 'used-up', times: type.move.times };
  return untilNotice(found.startsAt, type.move.noticeHours, now, left);
}

/** Whether a person may cancel an appointment now. */
export function mayCancel(found: Judged, type: AppointmentType, now: Date): May {
  if (found.state !== 'fixed' || found.startsAt === null || found.startsAt <= now) return { is: 'over' };
  if (type.cancel === null) return { is: 'never' };
  return untilNotice(found.startsAt, type.cancel.noticeHours, now, null);
}

/** Whether a person may say now that they come. */
export const mayConfirm = ({ state, startsAt }: Judged, now: Date): boolean =>
  state === 'fixed' && startsAt !== null && startsAt > now;

/** The first moment that may still be chosen as the start of an appointment. */
export const earliestStart = ({ noticeHours }: AppointmentType, now: Date): Date =>
  new Date(now.getTime() + noticeHours * HOUR);

/** Exactly so long before is still in time. */
function untilNotice(startsAt: Date, noticeHours: number, now: Date, left: number | null): May {
  const until = new Date(startsAt.getTime() - noticeHours * HOUR);
  return now <= until ? { is: 'may', until, left } : { is: 'too-late', since: until };
}
