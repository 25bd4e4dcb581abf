export { areManyBegun, type LoadGuard, loadGuard } from './load.ts';
export { PASS, type SentLately, type Share, shareOf } from './shares.ts';
