export { DocumentList, type DocumentListProps } from './document-list.tsx';
export { type Downloads, makeDownloads } from './downloads.ts';
export { documentName, sizeOf } from './labels.tsx';
export { NoticeAskText } from './notice-ask.tsx';
export { type DocumentsParts, documentsRoutes } from './routes.tsx';
export { type FileToSend, sendFile } from './send-file.ts';
