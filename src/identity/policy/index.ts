export { type FactorKind, type Policy, readPolicy } from './policy.ts';
