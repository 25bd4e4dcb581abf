export { changes, changing, type Note } from './changes.ts';
export type { Change, ChangeKind, ChangeSource, NewsKind, Noted, WrittenKind } from './kinds.ts';
export {
  isNews,
  isRecent,
  isUnseen,
  listingNews,
  type News,
  noteSeen,
  readNews,
  readSeen,
  type Seen,
  tellingSeen,
} from './seen.ts';
export { CHANGE_TABLES } from './tables.ts';
