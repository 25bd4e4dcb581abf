import { inLanguage } from '../../platform/agency/index.ts';
import type { CalendarEvent } from '../../platform/calendar/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { AppointmentType, FixedAppointment } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { appointmentPath } from './paths.ts';

/** An appointment as it stands in a calendar: what kind it is and where, and nothing of its case. */
export function calendarEvent(
  { language }: Words,
  found: FixedAppointment,
  type: AppointmentType,
  { catalogue, publicUrl }: { readonly catalogue: CaseCatalogue; readonly publicUrl: URL },
): CalendarEvent {
  return {
    uid: `${found.id}@${publicUrl.hostname}`,
    sequence: found.version,
    changedAt: found.history[0]?.at ?? found.stateAt,
    at: found.startsAt,
    minutes: type.minutes,
    zone: found.zone,
    title: inLanguage(type.name, language),
    place: (catalogue.offices.get(found.office)?.address ?? []).join('\n'),
    url: new URL(appointmentPath(found.id), publicUrl).href,
    isCancelled: found.state === 'cancelled',
  };
}
