export { helpRoutes } from './help.tsx';
