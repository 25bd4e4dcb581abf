export { areManyBegun, type FloodGuard, floodGuard } from './flood-guard.ts';
export { codePolicy, loadPolicy } from './policy.ts';
export { PASS, type SentLately, type Share, shareOf } from './shares.ts';
