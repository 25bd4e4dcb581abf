import type { SecondStep } from '../../core/second-steps/index.ts';

/** What is said of it where it is one of several second steps. */
export const SMS_CODE: SecondStep = {
  name: 'notices.way-phone',
  taken: 'notices.taken-phones',
  used: 'activity.factor-sms-code',
};

declare module '../../core/second-steps/second-steps.ts' {
  interface SecondStepKinds {
    readonly 'sms-code': true;
  }
}
