export { CONTACT_ACTIVITY_LABELS } from './activity-labels.ts';
export { contactRoutes } from './routes.tsx';
