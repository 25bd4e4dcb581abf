export { type Deviation, deviations, sayDeviations } from './deviations.ts';
export { type Allows, type Policy, readPolicy } from './policy.ts';
