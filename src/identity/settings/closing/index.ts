export { CLOSING_ACTIVITY } from './activity-labels.ts';
export { type Closing, makeClosing } from './closing.ts';
export { closingPolicy } from './policy.ts';
export { closingRoutes } from './routes.tsx';
