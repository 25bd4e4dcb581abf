export {
  bindApp,
  currentCode,
  groupedSecret,
  matchingStep,
  newAppSecret,
} from './authenticator-app.ts';
export { appFactor } from './factor.tsx';
export { appSettingsRoutes } from './routes.tsx';
export { type AppSettings, makeAppSettings } from './settings.ts';
