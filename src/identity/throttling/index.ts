export {
  type Admission,
  admit,
  clear,
  type Device,
  type Limits,
  type Subject,
  secondsUntil,
  type ThrottleKind,
  takeBack,
  waitAfter,
} from './throttle.ts';
