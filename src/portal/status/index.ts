export { statusRoutes } from './status.tsx';
