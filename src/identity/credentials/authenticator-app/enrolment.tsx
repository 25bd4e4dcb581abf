import type { Clock } from '../../../platform/clock/index.ts';
import { oneTimeCode } from '../../../platform/http/index.ts';
import { errorOf } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Enrolment } from '../factors/index.ts';
import { bindApp, matchingStep } from './authenticator-app.ts';
import { BindApp } from './bind.tsx';

/** Binds an app that shows by its first code that the key arrived. */
export function appEnrolment({ clock, policy }: { clock: Clock; policy: Policy['apps'] }): Enrolment {
  return {
    words: {
      name: 'authenticator-app.enrol-name',
      about: 'authenticator-app.enrol-about',
      need: 'authenticator-app.enrol-need',
      title: 'authenticator-app.enrol-title',
      text: 'authenticator-app.enrol-text',
      wrong: 'authenticator-app.wrong',
    },
    answer: oneTimeCode({ missing: 'authenticator-app.code-missing' }),
    ask:
      async ({ secret, login }) =>
      ({ page, action, errors }) => (
        <BindApp page={page} secret={secret} label={login} action={action} error={errorOf(errors, 'code')} />
      ),
    check: async ({ secret }, code) => {
      const step = matchingStep(secret, code, clock.now(), policy);
      if (step === null) return { is: 'wrong' };
      return {
        is: 'right',
        bind: async (transaction, { accountId, key }) => {
          await bindApp(transaction, clock, { accountId, key, secret, step });
          return true;
        },
      };
    },
  };
}
