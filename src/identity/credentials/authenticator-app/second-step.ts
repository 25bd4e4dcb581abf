import type { SecondStep } from '../../core/second-steps/index.ts';

/** What is said of it where it is one of several second steps. */
export const AUTHENTICATOR_APP: SecondStep = {
  name: 'notices.way-authenticator-app',
  taken: 'notices.taken-apps',
  used: 'activity.factor-authenticator-app',
};

declare module '../../core/second-steps/second-steps.ts' {
  interface SecondStepKinds {
    readonly 'authenticator-app': true;
  }
}
