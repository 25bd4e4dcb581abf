export { accessCodeMacs, isAccessCode, normaliseAccessCode } from './access-code.ts';
export {
  type CaseDetails,
  type CaseEvent,
  type CaseSummary,
  type Cases,
  detailPlace,
  makeCases,
  type PublicStatus,
  personPlace,
  readPerson,
  writePerson,
} from './cases.ts';
export {
  allows,
  type CaseCatalogue,
  type Form,
  loadCaseCatalogue,
  type Office,
  type Phase,
  type Status,
  type Tone,
} from './catalogue.ts';
export { type Detail, detailIn, readDetail, writeDetail } from './detail.ts';
export { markOfStatus, nameOfForm, type StatusMark } from './labels.ts';
export { byNeed, endedStatuses, hasEnded, needsDoing, statusesThatNeed } from './need.ts';
export {
  agencyNumberIndexes,
  claimedPersonIndexes,
  type NamedPerson,
  nameParts,
  numberedPeople,
  personIndexes,
  type RecordedPerson,
  recordedPersonIndexes,
  writtenName,
} from './person.ts';
export {
  type BriefTrack,
  briefly,
  byTime,
  type CaseHistory,
  progress,
  type StepBack,
  type Track,
  type TrackStep,
} from './progress.ts';
export { type ReceiptNumbers, receiptNumbers } from './receipt.ts';
export {
  accountsOf,
  adoptNumberedPeople,
  hasAnyCase,
  hearingAccounts,
  type LinkedHow,
  linkByAgencyNumber,
  linkCase,
  linkedSince,
  lockCases,
  mayRead,
  readableReceipts,
  readingAccounts,
  unlinkCase,
} from './store.ts';
export { CASE_TABLES } from './tables.ts';
export { changesFor, type Told, type ToldChange } from './told.ts';
export {
  type CaseState,
  type EventRow,
  insertEvents,
  knowingEvents,
  type OpenedCase,
  openCases,
  selectStates,
  upsertStates,
  useAccessCode,
} from './writing.ts';
