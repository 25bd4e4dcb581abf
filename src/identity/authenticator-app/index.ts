export { appAddress, bindApp, type BoundApp, currentCode, groupedSecret, matchingStep, newAppSecret, openAppSecret, takeStep } from './authenticator-app.ts';
