export {
  type CaseWait,
  readCaseWait,
  standing,
  type WaitingTime,
  type WaitStanding,
  waiting,
} from './case-wait.ts';
export { today } from './days.ts';
export { WAIT_TABLES } from './tables.ts';
export {
  type FormTime,
  makeWaitingTimes,
  type WaitingTimes,
  type WaitingTimesNeeds,
} from './waiting-times.ts';
