import { sql } from 'kysely';
import type { Database } from '../../../platform/database/index.ts';
import { oneTimeCode } from '../../../platform/http/index.ts';
import { Button, Buttons, CodeField, Form } from '../../../platform/ui/index.ts';
import { maskedPhone, type Phone, type Phones } from '../../core/phones/index.ts';
import { type Challenged, type EnrolledFactor, type Enrolment, EVER } from '../factors/index.ts';
import type { SmsCodes } from './sms-codes.ts';

/** Codes by text message as a second step; the weaker choice. Asking for one is a POST: looking at a page sends nothing. */
export function smsFactor({
  database,
  phones,
  codes,
  minutes,
  enrolment,
}: {
  database: Database;
  phones: Phones;
  codes: SmsCodes;
  /** How long a code lives. */
  minutes: number;
  enrolment: Enrolment;
}): EnrolledFactor {
  const verified = async ({ accountId, key }: Challenged): Promise<readonly Phone[]> =>
    (await phones.list(database, { accountId, key })).filter(({ verifiedAt }) => verifiedAt !== null);

  return {
    kind: 'sms-code',
    lasts: true,
    rememberable: true,
    path: 'text-message',
    field: 'code',
    answer: oneTimeCode({ missing: 'sms-codes.missing' }),
    words: {
      title: 'sms-codes.title',
      text: null,
      use: 'sms-codes.use',
      wrong: 'sms-codes.wrong',
    },
    heldBy: (accountId) =>
      sql`exists (select from account_phone where account_id = ${accountId} and verified_at is not null)`,

    ask: async (challenged) => {
      const own = await verified(challenged);
      const waiting = await codes.waiting(database, challenged.attempt);
      const sentTo = own.find(({ id }) => id === waiting?.phoneId);
      return ({ page, action, sendAction, error, more }) => {
        const { words } = page;
        const { t } = words;
        if (sentTo === undefined)
          return (
            <Form page={page} action={sendAction}>
              <p>{own.length > 1 ? t('sms-codes.choose') : t('sms-codes.ask')}</p>
              {error === undefined ? null : <p class="usa-error-message">{error}</p>}
              <Buttons>
                {own.map(({ id, number }, at) => (
                  <Button
                    key={id}
                    kind={own.length > 1 ? 'secondary' : 'primary'}
                    name="phone"
                    value={id}
                    {...(at === 0 ? { id: 'code' } : {})}
                  >
                    {t('sms-codes.send-to', { number: maskedPhone(number, words) })}
                  </Button>
                ))}
              </Buttons>
            </Form>
          );
        const others = own.filter((phone) => phone !== sentTo);
        const number = maskedPhone(sentTo.number, words);
        return (
          <>
            <p role="status">
              {waiting?.isAnother === true
                ? t('sms-codes.sent-another', { number })
                : t('sms-codes.sent', { number, minutes })}
            </p>
            <Form page={page} action={action}>
              <CodeField name="code" label={t('sms-codes.code')} hint={t('sms-codes.hint')} error={error} />
              {more}
              <Button>{t('factors.continue')}</Button>
            </Form>
            <h2>{t('sms-codes.none')}</h2>
            <p>{t('sms-codes.none-text')}</p>
            <Form page={page} action={sendAction}>
              <Buttons>
                <Button kind="secondary" name="phone" value={sentTo.id}>
                  {t('sms-codes.again')}
                </Button>
              </Buttons>
            </Form>
            {others.map(({ id, number: other }) => (
              <Form key={id} page={page} action={sendAction}>
                <p>
                  <Button kind="quiet" name="phone" value={id}>
                    {t('sms-codes.send-to', { number: maskedPhone(other, words) })}
                  </Button>
                </p>
              </Form>
            ))}
          </>
        );
      };
    },

    send: async (challenged, choice) => {
      const own = await verified(challenged);
      const phone = choice === null && own.length === 1 ? own[0] : own.find(({ id }) => id === choice);
      if (phone === undefined) return { is: 'choose' };
      return database
        .transaction()
        .execute((transaction) => codes.send(transaction, challenged, phone, 'second-step'));
    },

    check: async ({ attempt, accountId }, typed) => {
      const right = await codes.check(database, { attempt, accountId }, typed);
      if (right === null) return null;
      const boundAt = await phones.markUsed(database, accountId, right.phoneId);
      return boundAt === null ? null : { take: right.take, boundAt };
    },

    enrolment,

    forget: async (transaction, { accountId }, since = EVER) => {
      const gone = await transaction
        .deleteFrom('account_phone')
        .where('account_id', '=', accountId)
        .where(sql<boolean>`coalesce(verified_at, created_at) > ${since}`)
        .returning('account_id')
        .execute();
      return gone.map(() => null);
    },
  };
}
