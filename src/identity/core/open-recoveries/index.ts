export {
  endRecoveries,
  type HeldFor,
  isComingBack,
  type OpenHold,
  openHolds,
  tellOfHolds,
} from './open-recoveries.ts';
export { HoldAlerts } from './pages.tsx';
