export { accessCodeMacs, normaliseAccessCode } from './access-code.ts';
export {
  type CaseDetails,
  type CaseEvent,
  type CaseSummary,
  type Cases,
  detailPlace,
  makeCases,
  type PublicStatus,
  personPlace,
  writePerson,
} from './cases.ts';
export {
  allows,
  type CaseCatalogue,
  type Form,
  loadCaseCatalogue,
  type Phase,
  type Status,
  type Tone,
} from './catalogue.ts';
export { type Detail, detailIn, writeDetail } from './detail.ts';
export { byNeed, hasEnded, needsDoing } from './need.ts';
export {
  agencyNumberIndexes,
  type NamedPerson,
  nameParts,
  numberedPeople,
  personIndexes,
  type RecordedPerson,
  recordedPersonIndexes,
} from './person.ts';
export { byTime, type CaseHistory, progress, type Track, type TrackStep } from './progress.ts';
export { isReceipt, normaliseReceipt } from './receipt.ts';
export { caseRotation } from './rotation.ts';
export {
  adoptNumberedPeople,
  type LinkedHow,
  linkByAgencyNumber,
  linkCase,
  lockCases,
  mayRead,
} from './store.ts';
export { changesFor, type Told, type ToldChange } from './told.ts';
export {
  type CaseState,
  type EventRow,
  insertEvents,
  selectDigests,
  selectStates,
  upsertStates,
  useAccessCode,
} from './writing.ts';
