export { waitingTimesRoutes } from './routes.tsx';
