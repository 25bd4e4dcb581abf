export { type Claim, type ClaimResult, type Claims, makeClaims } from './claims.ts';
export { releaseCase } from './release.ts';
