import type { SecondStep } from '../../core/second-steps/index.ts';

/** What is said of it where it is one of several second steps. */
export const BACKUP_CODE: SecondStep = {
  name: 'notices.way-backup-codes',
  taken: 'notices.taken-backup-codes',
  used: 'activity.factor-backup-code',
};

declare module '../../core/second-steps/second-steps.ts' {
  interface SecondStepKinds {
    readonly 'backup-code': true;
  }
}
