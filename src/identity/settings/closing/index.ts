export { type Closing, makeClosing } from './closing.ts';
export { closingRoutes } from './routes.tsx';
