export { stepUpRoutes } from './routes.tsx';
export { makeStepUp } from './step-up.ts';
