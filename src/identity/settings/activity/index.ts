export { eventData } from './personal-data.ts';
export { activityRoutes } from './routes.tsx';
