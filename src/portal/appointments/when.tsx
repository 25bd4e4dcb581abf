import { inLanguage } from '../../platform/agency/index.ts';
import { wallTimeOf } from '../../platform/calendar/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { Appointment, AppointmentType, FixedAppointment } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';

/** A moment at an office: its day and its time by the clock there. */
export function sayWhen({ words }: Page, at: Date, zone: string): string {
  const [day = '', time = ''] = wallTimeOf(at, zone).split('T');
  return words.t('appointments.at', { day: words.weekday(day), time: words.wallTime(time) });
}

/**
 * When an appointment is, by the clock of its office and, where that shows another time, by the clock of whoever reads it:
 * each with its day. Without script only the former, with the name of the zone.
 */
export function When({
  page,
  startsAt,
  zone,
}: { readonly page: Page } & Pick<FixedAppointment, 'startsAt' | 'zone'>) {
  const { t, zoneName, language } = page.words;
  return (
    <>
      <time class="portico-when" dateTime={startsAt.toISOString()}>
        {sayWhen(page, startsAt, zone)}
      </time>
      <span class="portico-when__zone">{t('appointments.zone', { zone: zoneName(startsAt, zone) })}</span>
      <portico-own-time
        at={startsAt.toISOString()}
        zone={zone}
        language={language}
        data-text={t('appointments.your-time', { when: '{when}' })}
      />
    </>
  );
}

/** What an appointment is called. */
export const typeName = ({ words }: Page, type: AppointmentType | undefined): string =>
  type === undefined ? words.t('appointments.unknown-type') : inLanguage(type.name, words.language);

/** What an office is called; its code where the agency no longer has it. */
export function officeName({ words }: Page, code: string, { offices }: CaseCatalogue): string {
  const office = offices.get(code);
  return office === undefined ? code : inLanguage(office.name, words.language);
}

/** The zone in which the rules of an appointment are told: that of its office. */
export const zoneOf = (page: Page, { zone }: Pick<Appointment, 'zone'>): string =>
  zone ?? page.agency.timeZone;
