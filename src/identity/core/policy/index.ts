export { type Deviation, deviations, sayDeviations } from './deviations.ts';
export {
  type Allows,
  type CharacterKind,
  type FactorKind,
  type Policy,
  readPolicy,
  wholeDays,
} from './policy.ts';
