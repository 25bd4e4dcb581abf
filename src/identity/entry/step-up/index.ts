export { stepUpPolicy } from './policy.ts';
export { stepUpRoutes } from './routes.tsx';
export { makeStepUp, type StepUp } from './step-up.ts';
