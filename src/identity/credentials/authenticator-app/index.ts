export { APP_ACTIVITY } from './activity-labels.ts';
export {
  bindApp,
  currentCode,
  groupedSecret,
  matchingStep,
  newAppSecret,
} from './authenticator-app.ts';
export { appFactor } from './factor.tsx';
export { appData } from './personal-data.ts';
export { appsPolicy } from './policy.ts';
export { appSettingsRoutes } from './routes.tsx';
export { AUTHENTICATOR_APP } from './second-step.ts';
export { type AppSettings, makeAppSettings } from './settings.ts';
export { APP_TABLES } from './tables.ts';
