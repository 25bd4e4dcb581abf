export {
  type Checked,
  type CheckedFile,
  type CheckFiles,
  makeFileCheck,
  type UploadedFile,
} from './check.ts';
export { clamdScanner, type Scanned, type Scanner, ScannerUnavailable } from './clamd.ts';
export { downloadEnding, downloadName, MEDIA_TYPES, type MediaType, mediaTypeOf } from './media-types.ts';
