export {
  appAddress,
  bindApp,
  currentCode,
  groupedSecret,
  matchingStep,
  newAppSecret,
} from './authenticator-app.ts';
export { appFactor } from './factor.tsx';
