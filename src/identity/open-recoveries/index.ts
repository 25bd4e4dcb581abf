export { endRecoveries, type HeldFor, isComingBack, type OpenHold, openHolds } from './open-recoveries.ts';
export { HoldAlerts } from './pages.tsx';
