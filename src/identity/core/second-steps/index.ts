export {
  type FactorKind,
  kindsOf,
  type SecondStep,
  type SecondStepKinds,
  type SecondSteps,
} from './second-steps.ts';
