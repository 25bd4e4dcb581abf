export { ALARM_ACTIVITY } from './activity-labels.ts';
export {
  type Alarm,
  type Asking,
  inSession,
  makeAlarm,
  type Raised,
  RECOVER,
  type Refused,
  unlessUnderAlarm,
} from './alarm.ts';
export { isUnderAlarm } from './held.ts';
export { AlarmAlert } from './pages.tsx';
export { alarmPolicy } from './policy.ts';
export { turnAway } from './refused.ts';
export { alarmRoutes } from './routes.tsx';
