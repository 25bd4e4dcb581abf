export { ThreadsBusy as HashingBusy } from '../threads/index.ts';
export { type Hasher, makeHasher } from './hasher.ts';
