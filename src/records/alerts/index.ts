export { type AlertSettings, type Alerts, isUnreachable, makeAlerts } from './alerts.ts';
export { BounceReport, readStatusNotification } from './bounces.ts';
export type { AlertChannel, AlertChoice } from './choices.ts';
export { ALERT_GROUPS, type AlertGroup } from './groups.ts';
export { END_PAGE } from './letters.ts';
export type { QuietHours } from './quiet.ts';
export type { Reach, ReachOf } from './reach.ts';
export { ALERT_TABLES } from './tables.ts';
export { PRESSING_DAYS } from './telling.ts';
