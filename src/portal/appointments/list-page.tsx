import { EmptyState, Layout, type Page } from '../../platform/ui/index.ts';
import { type AppointmentRules, isComing, type OwnAppointment } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { AppointmentCards } from './cards.tsx';
import { CALENDARS } from './paths.ts';

/** Every appointment of a person: what is to come first, then what was. */
export function AppointmentsPage({
  page,
  appointments,
  rules,
  catalogue,
}: {
  readonly page: Page;
  readonly appointments: readonly OwnAppointment[];
  readonly rules: AppointmentRules;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const isNext = (each: OwnAppointment) => isComing(each, page.now);
  const time = ({ startsAt }: OwnAppointment) => startsAt?.getTime() ?? 0;
  const coming = appointments.filter(isNext).toSorted((a, b) => time(a) - time(b));
  const past = appointments.filter((each) => !isNext(each)).toSorted((a, b) => time(b) - time(a));
  const lists = { page, rules, catalogue };
  const aboutOf = ({ form, receipt }: OwnAppointment) => (
    <CaseName page={page} form={formName(page, form, catalogue)} receipt={receipt} />
  );
  return (
    <Layout page={page} title={t('appointments.title')} width="wide" live="appointments">
      <h1>{t('appointments.title')}</h1>
      {appointments.length === 0 ? (
        <EmptyState title={t('appointments.empty-title')}>
          <p>{t('appointments.empty-text')}</p>
        </EmptyState>
      ) : (
        <p class="portico-lead">{t('appointments.text')}</p>
      )}
      {coming.length === 0 ? null : (
        <section>
          <h2>{t('appointments.coming')}</h2>
          <AppointmentCards {...lists} appointments={coming} aboutOf={aboutOf} />
        </section>
      )}
      {past.length === 0 ? null : (
        <section>
          <h2>{t('appointments.past')}</h2>
          <AppointmentCards {...lists} appointments={past} aboutOf={aboutOf} />
        </section>
      )}
      <p>
        <a href={CALENDARS}>{t('appointments.calendars')}</a>
      </p>
    </Layout>
  );
}
