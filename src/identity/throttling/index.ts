export { type Admission, admit, clear, type Device, type Limits, type Subject, takeBack, type ThrottleKind, waitAfter } from './throttle.ts';
