export { welcomeRoutes } from './welcome.tsx';
