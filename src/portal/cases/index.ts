export { casesRoutes } from './routes.tsx';
export { CASE_TELLINGS } from './tellings.ts';
