export { verifyRoutes } from './routes.tsx';
