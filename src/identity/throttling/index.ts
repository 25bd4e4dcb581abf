export {
  type Admission,
  admit,
  clear,
  type Device,
  type Limits,
  removeOldCounts,
  type Subject,
  secondsUntil,
  type ThrottleKind,
  takeBack,
  waitAfter,
} from './throttle.ts';
