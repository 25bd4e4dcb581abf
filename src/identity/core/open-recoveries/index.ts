export {
  endRecoveries,
  type HeldFor,
  isComingBack,
  isHeld,
  type OpenHold,
  openHolds,
  tellOfHolds,
} from './open-recoveries.ts';
export { HoldAlerts } from './pages.tsx';
