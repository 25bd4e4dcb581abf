export { type AccountSettings, makeAccountSettings } from './account-settings.ts';
export { type AccountLink, accountRoutes } from './routes.tsx';
