import { dayOf as dayIn } from '../../platform/calendar/index.ts';
import { type Appointment, type FixedAppointment, hasTime } from '../appointments/index.ts';
import { type CaseCatalogue, needsDoing } from '../cases/index.ts';
import type { NoticeAsk } from './asks.ts';
import type { OverviewCase } from './overview.ts';

/** Something that a person has to do now. */
export type Task = { readonly found: OverviewCase } & (
  | {
      readonly is: 'send-papers';
      readonly request: string;
      /** `YYYY-MM-DD` */
      readonly dueOn: string;
    }
  /** What a notice asks by itself. */
  | { readonly is: 'as-notice-says'; readonly ask: NoticeAsk }
  /** A time of an appointment may be chosen. */
  | { readonly is: 'choose-time'; readonly appointment: Appointment }
  /** An appointment waits for the word that somebody comes. */
  | { readonly is: 'confirm-time'; readonly appointment: FixedAppointment }
  /** What the case's status says, since when. */
  | { readonly is: 'as-status-says'; readonly since: Date }
);

/**
 * What a person has to do, in the order of the days on which it is due; what has no day comes after, the oldest first. A
 * status that asks for papers is said by its requests, and one that asks to come by its appointment, where there are any.
 */
export function tasksOf(cases: readonly OverviewCase[], catalogue: CaseCatalogue): readonly Task[] {
  const tasks = cases.flatMap((found): Task[] => {
    const papers = found.requests.map(
      ({ id, dueOn }): Task => ({ is: 'send-papers', found, request: id, dueOn }),
    );
    const notices = found.asks.map((ask): Task => ({ is: 'as-notice-says', found, ask }));
    const appointments = found.appointments.flatMap((appointment): Task[] => {
      if (appointment.state === 'offered') return [{ is: 'choose-time', found, appointment }];
      return appointment.confirmedAt === null && hasTime(appointment)
        ? [{ is: 'confirm-time', found, appointment }]
        : [];
    });
    const status = catalogue.statuses.get(found.status);
    const isSaid =
      (papers.length > 0 && status?.papers === true) ||
      found.appointments.some(({ type }) => type === status?.appointment);
    return needsDoing(found, catalogue) && !isSaid
      ? [...papers, ...notices, ...appointments, { is: 'as-status-says', found, since: found.statusAt }]
      : [...papers, ...notices, ...appointments];
  });
  return tasks.toSorted(byDay);
}

function byDay(a: Task, b: Task): number {
  const [one, other] = [dayOf(a), dayOf(b)];
  if (one === null || other === null) {
    if (one !== null) return -1;
    return other !== null ? 1 : since(a) - since(b);
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The day on which it is due; null where there is none. */
function dayOf(task: Task): string | null {
  switch (task.is) {
    case 'send-papers':
      return task.dueOn;
    case 'as-notice-says':
      return task.ask.day;
    case 'choose-time':
      return task.appointment.chooseBy;
    case 'confirm-time':
      return dayIn(task.appointment.startsAt, task.appointment.zone);
    case 'as-status-says':
      return null;
  }
}

function since(task: Task): number {
  switch (task.is) {
    case 'as-status-says':
      return task.since.getTime();
    case 'choose-time':
    case 'confirm-time':
      return task.appointment.stateAt.getTime();
    case 'send-papers':
    case 'as-notice-says':
      return 0;
  }
}
