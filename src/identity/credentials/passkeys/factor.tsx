import { sql } from 'kysely';
import { Form, PasskeyButton } from '../../../platform/ui/index.ts';
import { type Challenged, type EnrolledFactor, EVER } from '../factors/index.ts';
import { passkeyAnswer } from './answers.ts';
import type { Purpose } from './challenge.ts';
import { passkeyEnrolment } from './enrolment.tsx';
import { type Passkeys, passkeyName } from './passkeys.ts';

const purposeOf = ({ attempt }: Challenged): Purpose => ({ for: 'second-step', of: attempt });

/** Passkeys as a second step. */
export function passkeyFactor({
  passkeys,
  agencyIn,
}: {
  passkeys: Pick<Passkeys, 'ask' | 'check' | 'offerFirst' | 'checkFirst'>;
  /** What the agency is called, for the device to show. */
  agencyIn: (language: string) => string;
}): EnrolledFactor {
  return {
    kind: 'passkey',
    lasts: true,
    rememberable: false,
    path: 'passkey',
    field: 'passkey',
    answer: passkeyAnswer,
    words: {
      title: 'passkeys.ask-title',
      text: 'passkeys.ask-text',
      use: 'passkeys.use',
      wrong: 'passkeys.wrong',
    },
    heldBy: (accountId) => sql`exists (select from passkey where account_id = ${accountId})`,
    ask: async (challenged) => {
      const options = await passkeys.ask(purposeOf(challenged), challenged.accountId);
      return ({ page, action, error, more }) => (
        <Form page={page} action={action}>
          {more}
          <PasskeyButton
            page={page}
            ceremony="get"
            options={options}
            error={error}
            without={page.words.t('passkeys.without')}
          >
            {page.words.t('passkeys.ask-button')}
          </PasskeyButton>
        </Form>
      );
    },
    check: (challenged, answer) => passkeys.check(answer, purposeOf(challenged), challenged.accountId),
    enrolment: passkeyEnrolment({ passkeys, agencyIn }),
    forget: async (transaction, { accountId, key }, since = EVER) => {
      const gone = await transaction
        .deleteFrom('passkey')
        .where('account_id', '=', accountId)
        .where('created_at', '>', since)
        .returning(['id', 'name_sealed'])
        .execute();
      return gone.map((row) => passkeyName(key, row));
    },
  };
}
