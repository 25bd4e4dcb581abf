export type { Behind, Notice, NoticeKind, WayIn } from './kinds.ts';
export { makeNotices, type Notices } from './notices.ts';
export { NOTICE_TABLES } from './tables.ts';
export { readTakenOut, sayTakenOut, type TakenKind, type TakenOut } from './taken-out.ts';
export { removeOldTexts } from './texts.ts';
