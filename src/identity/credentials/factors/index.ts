export { FACTOR_ACTIVITY } from './activity-labels.ts';
export { bindOrTakeBack, unlessUsedUp } from './bind.ts';
export { type EnrolmentPurpose, enrolmentRoutes } from './enrolment-routes.tsx';
export {
  type Answer,
  type Bind,
  type Challenged,
  type EnrolledFactor,
  type Enrolling,
  type Enrolment,
  type EnrolmentQuestion,
  EVER,
  enrolled,
  type Factor,
  factorsOf,
  kindsHeld,
  type Question,
  readKindsHeld,
  type SendResult,
} from './factor.ts';
export { type Aside, LastStrong } from './pages.tsx';
export { mayRemove } from './removal.ts';
export { factorRoutes, statusOf } from './routes.tsx';
export { orTakeBack, type Refusal, recordRefusal, tryFactor } from './try.ts';
