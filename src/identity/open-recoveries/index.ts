export { endRecoveries, type HeldFor, type OpenHold, openHolds } from './open-recoveries.ts';
export { HoldAlerts } from './pages.tsx';
