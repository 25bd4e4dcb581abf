export type { ActivityLabels } from './activity.ts';
export { ACTIVITY_LABELS, type ActivityLabel } from './kinds.ts';
export { activityRoutes } from './routes.tsx';
