export { CASE_ACTIVITY_LABELS } from './activity-labels.ts';
export { casesRoutes } from './routes.tsx';
