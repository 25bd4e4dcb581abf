import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { type Page, Tag, type TagKind } from '../../platform/ui/index.ts';
import type { Appointment } from '../../records/appointments/index.ts';

/** Where an appointment stands for the person. */
export type Standing = 'choose' | 'confirm' | 'confirmed' | 'past' | 'cancelled' | 'done' | 'missed';

export function standingOf({ state, startsAt, confirmedAt }: Appointment, now: Date): Standing {
  switch (state) {
    case 'offered':
      return 'choose';
    case 'fixed':
      if (startsAt !== null && startsAt <= now) return 'past';
      return confirmedAt === null ? 'confirm' : 'confirmed';
    case 'cancelled':
    case 'done':
    case 'missed':
      return state;
  }
}

const TAGS = {
  choose: ['attention', 'appointments.state-offered'],
  confirm: ['attention', 'appointments.state-to-confirm'],
  confirmed: ['good', 'appointments.state-confirmed'],
  past: ['ended', 'appointments.state-past'],
  cancelled: ['ended', 'appointments.state-cancelled'],
  done: ['good', 'appointments.state-done'],
  missed: ['ended', 'appointments.state-missed'],
} as const satisfies Record<Standing, readonly [TagKind, PlainWordKey]>;

export function StandingTag({ page, found }: { readonly page: Page; readonly found: Appointment }) {
  const [kind, word] = TAGS[standingOf(found, page.now)];
  return <Tag kind={kind}>{page.words.t(word)}</Tag>;
}
