import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { oneTimeCode } from '../../../platform/http/index.ts';
import { Button, CodeField, errorOf, Field, Form, verbatim } from '../../../platform/ui/index.ts';
import {
  asPhoneNumber,
  type PhoneNumber,
  type Phones,
  phoneField,
  writtenPhone,
} from '../../core/phones/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { admitWithoutEnd, type Counted, clear, refund } from '../../core/throttling/index.ts';
import type { Enrolling, Enrolment } from '../factors/index.ts';
import type { SmsCodes } from './sms-codes.ts';
import type { Asker } from './store.ts';

/** Binds a number that proves itself by a code (NIST SP 800-63B-4 §4.1.2; ASVS 6.6.1). */
export function smsEnrolment({
  database,
  vault,
  clock,
  policy,
  phones,
  codes,
  country,
}: {
  database: Database;
  vault: Pick<Vault, 'blindIndex'>;
  clock: Clock;
  policy: Pick<Policy, 'code' | 'failures'>;
  phones: Phones;
  codes: SmsCodes;
  /** ISO 3166-1 alpha-2 of numbers that are written without a country's code. */
  country: string | undefined;
}): Enrolment {
  const askerOf = ({ accountId, network, login }: Enrolling): Asker =>
    accountId === null
      ? { is: 'newcomer', network, address: vault.blindIndex('sms-newcomer', login) }
      : { is: 'account', id: accountId };
  /** Tries are counted for a number as asked from one network: beginning again starts no new count. */
  const countedFor = ({ network }: Enrolling, number: PhoneNumber): Counted => ({
    subject: vault.blindIndex('throttle-phone-enrolment', `${number} ${network.toString('hex')}`),
    kind: 'sms-code',
  });

  return {
    words: {
      name: 'sms-codes.enrol-name',
      about: 'sms-codes.enrol-about',
      need: 'sms-codes.enrol-need',
      title: 'sms-codes.enrol-title',
      text: null,
      wrong: 'sms-codes.wrong',
    },
    answer: oneTimeCode({ missing: 'sms-codes.missing' }),

    ask: async (enrolling) => {
      const waiting = await codes.waitingNew(database, enrolling);
      return ({ page, action, sendAction, typed, errors }) => {
        const { t, rich } = page.words;
        const numberForm = (
          <Form page={page} action={sendAction}>
            <Field
              name="number"
              label={t('phones.number')}
              hint={t('phones.number-hint')}
              type="tel"
              inputmode="tel"
              autocomplete="tel"
              width="medium"
              value={typed['number'] ?? (waiting === null ? '' : writtenPhone(waiting.number))}
              error={errorOf(errors, 'number')}
            />
            <Button kind={waiting === null ? 'primary' : 'secondary'}>
              {t(waiting === null ? 'phones.send' : 'sms-codes.again')}
            </Button>
          </Form>
        );
        if (waiting === null)
          return (
            <>
              <p>{t('phones.add-text')}</p>
              {numberForm}
            </>
          );
        const number = writtenPhone(waiting.number).replaceAll(' ', '\u00a0');
        return (
          <>
            {waiting.isAnother ? <p role="status">{t('phones.code-another')}</p> : null}
            <p>{rich('phones.code-text', { number, minutes: policy.code.minutes, tel: verbatim })}</p>
            <Form page={page} action={action}>
              <CodeField
                name="code"
                label={t('sms-codes.code')}
                hint={t('sms-codes.hint')}
                error={errorOf(errors, 'code')}
              />
              <Button>{t('factors.continue')}</Button>
            </Form>
            <h2>{t('sms-codes.none')}</h2>
            <p>{t('phones.code-none-text')}</p>
            {numberForm}
          </>
        );
      };
    },

    send: {
      field: 'number',
      answer: phoneField(country),
      to: (enrolling, number) =>
        database
          .transaction()
          .execute((transaction) =>
            codes.sendToNew(transaction, { ...enrolling, asker: askerOf(enrolling) }, asPhoneNumber(number)),
          ),
    },

    check: async (enrolling, typed) => {
      const waiting = await codes.waitingNew(database, enrolling);
      if (waiting === null) return { is: 'wrong' };
      const counted = countedFor(enrolling, waiting.number);
      const admission = await admitWithoutEnd(database, clock, policy.failures, counted);
      if (admission.is === 'wait') return admission;
      const right = await codes.checkNew(database, enrolling, typed);
      if (right === null) return { is: 'wrong' };
      // It is no failure, also where what follows is not done.
      await refund(database, counted);
      return {
        is: 'right',
        bind: async (transaction, owner) => {
          if (!(await codes.use(transaction, right.take))) return false;
          await clear(transaction, counted);
          const added = await phones.add(transaction, owner, right.number);
          return added.is === 'added' && phones.verify(transaction, owner.accountId, added.id);
        },
      };
    },
  };
}
