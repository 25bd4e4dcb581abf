export { PERSON_ACTIVITY } from './activity-labels.ts';
export { makePersonSettings, type PersonSettings } from './person.ts';
export { personPolicy } from './policy.ts';
export { personRoutes } from './routes.tsx';
export type { RestsOnPerson } from './store.ts';
