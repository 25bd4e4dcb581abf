export { stepUpRoutes } from './routes.tsx';
