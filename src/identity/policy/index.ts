export { type Policy, readPolicy } from './policy.ts';
