export { areManyBegun, type LoadGuard, loadGuard } from './load.ts';
