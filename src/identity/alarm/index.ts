export { type Alarm, makeAlarm, type Refused, whileCalm } from './alarm.ts';
export { alarmRoutes } from './routes.tsx';
