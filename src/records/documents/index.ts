export { listingUnclaimedNotices, readUnclaimedNotices, type UnclaimedNotice } from './asking.ts';
export {
  type DocumentDetails,
  type DocumentState,
  type DocumentSummary,
  type Documents,
  type ListedDocument,
  listingDocuments,
  makeDocuments,
  type OpenContent,
  type PaperCopy,
  type PaperCopyAsked,
  readDocuments,
  type Verified,
  verificationCodeFault,
} from './documents.ts';
export { type FailedDocument, failedDocuments, tryFailedAgain } from './failed.ts';
export {
  type FileSource,
  type FoundFile,
  LARGEST_FILE,
  TOO_LARGE,
} from './files.ts';
export { nameOfDocument, nameOfKind } from './labels.ts';
export {
  type ComposedNotice,
  makeNotices,
  type NoticeParts,
  type Notices,
  verificationAddress,
} from './notices.ts';
export {
  knowingPaperCopyLines,
  type OpenPaperCopy,
  openPaperCopies,
  type PaperCopyLine,
  type SettledState,
  settleByLines,
  settlePaperCopies,
} from './paper-copies.ts';
export {
  askForRendering,
  makeRendering,
  RENDER_DOCUMENTS,
  type Rendering,
  type RenderingDone,
} from './rendering.ts';
export { DOCUMENT_TABLES } from './tables.ts';
export type { TemplateData } from './template-data.ts';
export {
  type DocumentContent,
  insertDocuments,
  insertWithdrawals,
  knowingDocuments,
  knowingWithdrawals,
  type NewDocument,
  type StoredFile,
  selectDocumentsByEvent,
  selectFileHashes,
  settleReplaced,
  type Withdrawal,
} from './writing.ts';
