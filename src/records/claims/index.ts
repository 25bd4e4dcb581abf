export { type Claim, type ClaimResult, type Claims, makeClaims } from './claims.ts';
