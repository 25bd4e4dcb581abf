export { type Notice, type NoticeParts, noticeOf, VERIFY } from './notice.ts';
export { makeRenderings, type Renderings } from './renderings.ts';
