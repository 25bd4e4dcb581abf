export { identityFloor } from './floor.ts';
export { type Identity, type IdentityParts, makeIdentity } from './rules.ts';
