export { type Deviation, deviations, sayDeviations } from './deviations.ts';
export {
  type Allows,
  allowsPolicy,
  claimsPolicy,
  type Policy,
  type PolicySections,
  type Profile,
  proofPolicy,
  requestsPolicy,
  whole,
  wholeDays,
} from './policy.ts';
