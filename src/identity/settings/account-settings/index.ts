export { type AccountSettings, makeAccountSettings } from './account-settings.ts';
export { NAME_ACTIVITY } from './activity-labels.ts';
export { accountRoutes } from './routes.tsx';
