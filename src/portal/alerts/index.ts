export { ALERT_ACTIVITY_LABELS } from './activity-labels.ts';
export { bounceRoute } from './bounces.ts';
export { ALERTS } from './pages.tsx';
export { alertRoutes } from './routes.tsx';
export { endingByPrograms, endingRoutes } from './unsubscribe.tsx';
