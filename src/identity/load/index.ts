export { areManyBegun, type LoadGuard, loadGuard } from './load.ts';
export { type SentLately, type Share, shareOf } from './shares.ts';
