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
  /** What the case's status says, since when. */
  | { readonly is: 'as-status-says'; readonly since: Date }
);

/**
 * What a person has to do, in the order of the days on which it is due; what has no day comes after, the oldest first. A
 * status that asks for papers is said by its requests, where there are any.
 */
export function tasksOf(cases: readonly OverviewCase[], catalogue: CaseCatalogue): readonly Task[] {
  const tasks = cases.flatMap((found): Task[] => {
    const papers = found.requests.map(
      ({ id, dueOn }): Task => ({ is: 'send-papers', found, request: id, dueOn }),
    );
    const notices = found.asks.map((ask): Task => ({ is: 'as-notice-says', found, ask }));
    const isSaid = papers.length > 0 && catalogue.statuses.get(found.status)?.papers === true;
    return needsDoing(found, catalogue) && !isSaid
      ? [...papers, ...notices, { is: 'as-status-says', found, since: found.statusAt }]
      : [...papers, ...notices];
  });
  return tasks.toSorted(byDay);
}

function byDay(a: Task, b: Task): number {
  if (a.is === 'as-status-says' && b.is === 'as-status-says') return a.since.getTime() - b.since.getTime();
  if (a.is === 'as-status-says') return 1;
  if (b.is === 'as-status-says') return -1;
  const [one, other] = [dayOf(a), dayOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

const dayOf = (task: Exclude<Task, { readonly is: 'as-status-says' }>) =>
  task.is === 'send-papers' ? task.dueOn : task.ask.day;
