export { ACTIVITY_LABELS, IDENTITY_TABLES, readPolicy, SECOND_STEPS } from './declared.ts';
export { identityFloor } from './floor.ts';
export { type Identity, type IdentityParts, makeIdentity } from './rules.ts';
