import type { SecondStep } from '../../core/second-steps/index.ts';

/** What is said of it where it is one of several second steps. */
export const PASSKEY: SecondStep = {
  name: 'notices.way-passkey',
  taken: 'notices.taken-passkeys',
  used: 'activity.factor-passkey',
};

declare module '../../core/second-steps/second-steps.ts' {
  interface SecondStepKinds {
    readonly passkey: true;
  }
}
