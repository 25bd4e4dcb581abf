export { type Hasher, HashingBusy, makeHasher } from './hasher.ts';
