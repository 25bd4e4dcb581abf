export { type Deviation, deviations, sayDeviations } from './deviations.ts';
export {
  type Allows,
  allowsPolicy,
  claimsPolicy,
  messagesPolicy,
  type Policy,
  type PolicySections,
  type Profile,
  proofPolicy,
  requestsPolicy,
  whole,
  wholeDays,
} from './policy.ts';
