export {
  type EvidenceRequest,
  type EvidenceRequests,
  isDueBy,
  listingRequests,
  makeEvidenceRequests,
  papersOf,
  type RequestSummary,
  readRequests,
} from './evidence.ts';
export { type Paper, papersPlace, writePapers } from './papers.ts';
export { EVIDENCE_TABLES } from './tables.ts';
export {
  insertRequestStates,
  insertRequests,
  knowingRequestStates,
  knowingRequests,
  type NewRequest,
  type NewRequestState,
  type RequestState,
  selectRequestsByEvent,
} from './writing.ts';
