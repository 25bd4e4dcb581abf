export type { DocumentEvent } from './document.ts';
export {
  canonical,
  digested,
  type Filing,
  type IntakeEvent,
  type Item,
  readEvent,
  selectDigests,
  takeEvents,
  withFile,
} from './intake.ts';
export type { Taken } from './kind.ts';
export { type IntakeRules, idOf, intakeRules, type Read } from './reading.ts';
export type { StatusEvent } from './status-event.ts';
