export type { DocumentEvent } from './document.ts';
export {
  canonical,
  digested,
  type EventWithFiles,
  type Filing,
  filesWith,
  type IntakeEvent,
  type Item,
  readEvent,
  selectDigests,
  takeEvents,
  withFiles,
} from './intake.ts';
export type { Taken } from './kind.ts';
export { type IntakeRules, idOf, intakeRules, type Read } from './reading.ts';
export type { StatusEvent } from './status-event.ts';
