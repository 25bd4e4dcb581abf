export { faultsOfAsks, type NoticeAsk } from './asks.ts';
export { findCases, SHOWS, type Show, type Wanted, wantedOf } from './find.ts';
export {
  type CaseOverview,
  type CasePerson,
  makeOverviews,
  type OpenRequest,
  type Overview,
  type OverviewCase,
  type Overviews,
} from './overview.ts';
export { type Task, tasksOf } from './tasks.ts';
