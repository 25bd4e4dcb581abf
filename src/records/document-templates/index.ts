export { composeNotice, type NoticeContent, type NoticeData } from './compose.ts';
export { fieldsInOtherLanguages, type NoticeFields, type ParsedFields, parseNoticeFields } from './fields.ts';
export { type Proof, proofs } from './proofs.ts';
export { missingGlyphs, sampleData } from './sample.ts';
export type { DocumentKind } from './schema.ts';
export {
  loadTemplates,
  type NoticeTemplate,
  type NoticeTemplates,
  type NoticeVersion,
  readTemplates,
} from './templates.ts';
