export { type Change, type ChangeSource, changes, changing, type Note } from './changes.ts';
export { CHANGE_KINDS, type ChangeKind, type Noted } from './kinds.ts';
