import { sql } from 'kysely';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { oneTimeCode } from '../../../platform/http/index.ts';
import { Button, CodeField, Form } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type EnrolledFactor, EVER } from '../factors/index.ts';
import { appName, matchingStep, openAppSecret, takingStep } from './authenticator-app.ts';
import { ClockNote } from './clock-note.tsx';
import { appEnrolment } from './enrolment.tsx';

/** Codes of an authenticator app as a second step. */
export function appFactor({
  database,
  clock,
  policy,
}: {
  database: Database;
  clock: Clock;
  policy: Policy['apps'];
}): EnrolledFactor {
  return {
    kind: 'authenticator-app',
    lasts: true,
    rememberable: true,
    path: 'code',
    field: 'code',
    answer: oneTimeCode({ missing: 'authenticator-app.code-missing' }),
    words: {
      title: 'authenticator-app.title',
      text: 'authenticator-app.text',
      use: 'authenticator-app.use',
      wrong: 'authenticator-app.wrong',
    },
    heldBy: (accountId) => sql`exists (select from authenticator_app where account_id = ${accountId})`,
    ask:
      async () =>
      ({ page, action, error, more }) => {
        const { t } = page.words;
        return (
          <Form page={page} action={action}>
            <CodeField
              name="code"
              label={t('authenticator-app.code')}
              hint={t('authenticator-app.code-hint')}
              error={error}
            />
            {error === undefined ? null : <ClockNote page={page} />}
            {more}
            <Button>{t('factors.continue')}</Button>
          </Form>
        );
      },
    check: async ({ accountId, key }, code) => {
      const apps = await database
        .selectFrom('authenticator_app')
        .select(['id', 'secret_sealed', 'created_at'])
        .where('account_id', '=', accountId)
        .execute();
      for (const app of apps) {
        const step = matchingStep(openAppSecret(key, app.id, app.secret_sealed), code, clock.now(), policy);
        if (step !== null)
          return { take: (when) => takingStep(clock, app.id, step, when), boundAt: app.created_at };
      }
      return null;
    },
    enrolment: appEnrolment({ clock, policy }),
    forget: async (transaction, { accountId, key }, since = EVER) => {
      const gone = await transaction
        .deleteFrom('authenticator_app')
        .where('account_id', '=', accountId)
        .where('created_at', '>', since)
        .returning(['id', 'name_sealed'])
        .execute();
      return gone.map((row) => appName(key, row));
    },
  };
}
