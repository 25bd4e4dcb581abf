export { areManyBegun, floodGuard, type LoadGuard } from './flood-guard.ts';
export { PASS, type SentLately, type Share, shareOf } from './shares.ts';
