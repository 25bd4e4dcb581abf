export {
  appAddress,
  type BoundApp,
  bindApp,
  currentCode,
  groupedSecret,
  matchingStep,
  newAppSecret,
  openAppSecret,
  takeStep,
} from './authenticator-app.ts';
