export type { Tellings } from './activity.ts';
export { TELLINGS, type Telling } from './kinds.ts';
export { activityRoutes } from './routes.tsx';
