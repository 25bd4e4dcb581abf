export { DocumentList, type DocumentListProps } from './document-list.tsx';
export { documentName } from './labels.tsx';
export { NoticeAskText } from './notice-ask.tsx';
export { type DocumentsParts, documentsRoutes } from './routes.tsx';
