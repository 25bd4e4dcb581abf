export { type DemoParts, loadDemo } from './load.ts';
export { readPeople } from './material.ts';
export { DemoAside, SignInHelp } from './pages.tsx';
export { demoRoutes } from './routes.tsx';
