export { securityRoutes, type Way } from './routes.tsx';
