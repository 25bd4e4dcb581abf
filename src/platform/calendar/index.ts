export { dayOf, daysUntil } from './days.ts';
export { type CalendarEvent, writeCalendar } from './ics.ts';
export {
  dayAfter,
  instantOf,
  isWallTime,
  isZone,
  offsetOf,
  startOfDay,
  type WallTime,
  wallTimeOf,
  type ZonedInstant,
} from './zones.ts';
