export { type Alarm, alarmLinks, isAlarmed, makeAlarm, type Refused, whileCalm } from './alarm.ts';
export { alarmRoutes } from './routes.tsx';
