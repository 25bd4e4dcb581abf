import { ButtonLink, Card, type Page } from '../../platform/ui/index.ts';
import { type AppointmentRules, hasTime } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { OverviewCase, Task } from '../../records/overview/index.ts';
import { appointmentPath, officeName, sayWhen, typeName } from '../appointments/index.ts';
import { DueDay } from '../due-day/index.ts';

/** What an appointment asks of the person: to choose its time, or to say that they come. */
export function AppointmentTask({
  page,
  task,
  rules,
}: {
  readonly page: Page;
  readonly task: Extract<Task, { is: 'choose-time' | 'confirm-time' }>;
  readonly rules: AppointmentRules;
}) {
  const { t } = page.words;
  const type = typeName(page, rules.types.get(task.appointment.type));
  switch (task.is) {
    case 'choose-time': {
      const { id, chooseBy } = task.appointment;
      return (
        <>
          <h3>{t('home.task-choose', { type })}</h3>
          {chooseBy === null ? null : (
            <p class="portico-task__day">
              <DueDay page={page} dueOn={chooseBy} />
            </p>
          )}
          <p>{t('home.task-choose-text')}</p>
          <p>
            <ButtonLink href={appointmentPath(id)}>{t('home.task-choose-action')}</ButtonLink>
          </p>
        </>
      );
    }
    case 'confirm-time': {
      const { id, startsAt, zone } = task.appointment;
      return (
        <>
          <h3>{t('home.task-confirm', { type })}</h3>
          <p class="portico-task__day">{sayWhen(page, startsAt, zone)}</p>
          <p>
            <ButtonLink href={appointmentPath(id)}>{t('home.task-confirm-action')}</ButtonLink>
          </p>
        </>
      );
    }
  }
}

/** The next appointment that the person has said they come to. */
export function NextAppointment({
  page,
  cases,
  rules,
  catalogue,
}: {
  readonly page: Page;
  readonly cases: readonly OverviewCase[];
  readonly rules: AppointmentRules;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const [next] = cases
    .flatMap(({ appointments }) => appointments.filter(hasTime))
    .filter(({ confirmedAt }) => confirmedAt !== null)
    .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  if (next === undefined) return null;
  return (
    <section>
      <h2>{t('home.next-appointment')}</h2>
      <Card>
        <h3>{typeName(page, rules.types.get(next.type))}</h3>
        <p class="portico-task__day">{sayWhen(page, next.startsAt, next.zone)}</p>
        <p>{officeName(page, next.office, catalogue)}</p>
        <p>
          <a href={appointmentPath(next.id)}>{t('home.next-appointment-action')}</a>
        </p>
      </Card>
    </section>
  );
}
