export {
  bindApp,
  currentCode,
  groupedSecret,
  matchingStep,
  newAppSecret,
} from './authenticator-app.ts';
export { BindApp } from './bind.tsx';
export { appFactor } from './factor.tsx';
