export { type DigestedEvent, digested, type Taken, takeStatusEvents } from './status.ts';
export {
  canonical,
  type IntakeRules,
  type ReadEvent,
  readStatusEvent,
  type StatusEvent,
} from './status-event.ts';
