export { ARGON2ID, type Hasher, HashingBusy, makeHasher } from './hasher.ts';
