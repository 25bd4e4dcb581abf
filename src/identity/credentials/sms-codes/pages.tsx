import type { VNode } from 'preact';
import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import {
  AboutLink,
  Alert,
  Button,
  ButtonLink,
  Buttons,
  CodeField,
  EmptyState,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  Tag,
  Verbatim,
  verbatim,
} from '../../../platform/ui/index.ts';
import { type Phone, type PhoneNumber, writtenPhone } from '../../core/phones/index.ts';
import { OfferSigningOut } from '../../session/sessions/index.ts';
import { LastStrong } from '../factors/index.ts';
import type { Pending } from './settings.ts';

/** What stands beside a step that needs something from the demonstration. */
export type Aside = (page: Page) => VNode;

type View = { readonly page: Page; readonly errors?: readonly FieldError[] };

/** What was just done, said on top of the list. */
export type Outcome = 'added' | 'removed' | 'notices' | 'full';

const OUTCOMES: Readonly<Record<Outcome, { kind: 'success' | 'warning'; word: PlainWordKey }>> = {
  added: { kind: 'success', word: 'phones.done-added' },
  removed: { kind: 'success', word: 'phones.done-removed' },
  notices: { kind: 'success', word: 'phones.done-notices' },
  full: { kind: 'warning', word: 'phones.full' },
};

/** The numbers of an account, and why they are the weaker choice (NIST SP 800-63B-4 §3.2.9). */
export function PhonesPage({
  page,
  phones,
  pending,
  outcome,
  most,
  isOffered,
}: {
  readonly page: Page;
  readonly phones: readonly Phone[];
  readonly pending: Pending | null;
  readonly outcome: Outcome | null;
  readonly most: number;
  /** Whether codes are sent here at all; where not, numbers from before can still be removed. */
  readonly isOffered: boolean;
}) {
  const { words } = page;
  const { t } = words;
  const isFull = phones.length >= most;
  return (
    <Layout page={page} title={t('phones.title')}>
      {outcome === null ? null : (
        <Alert page={page} kind={OUTCOMES[outcome].kind}>
          <p>{t(OUTCOMES[outcome].word)}</p>
          {outcome === 'added' || outcome === 'removed' ? <OfferSigningOut page={page} /> : null}
        </Alert>
      )}
      <h1>{t('phones.title')}</h1>
      <Lead>{isOffered ? t('phones.text') : t('phones.not-offered')}</Lead>
      {isOffered ? <Weaker page={page} /> : null}
      {phones.length === 0 && pending === null ? (
        <EmptyState title={t('phones.none-title')}>
          <p>{t('phones.none-text')}</p>
        </EmptyState>
      ) : (
        <ul class="portico-entries">
          {phones.map(({ id, number, createdAt, lastUsedAt, takesNotices }) => (
            <li key={id} class="portico-entry">
              <div class="portico-entry__what">
                <p class="portico-entry__name">
                  <Written number={number} />
                </p>
                <p>{t('phones.since', { date: words.date(createdAt) })}</p>
                <p>
                  {lastUsedAt === null
                    ? t('phones.never-used')
                    : t('phones.last-used', { date: words.date(lastUsedAt) })}
                </p>
                {takesNotices ? (
                  <p class="portico-entry__facts">
                    <Tag>{t('phones.takes-notices')}</Tag>
                  </p>
                ) : null}
              </div>
              <div class="portico-entry__actions">
                {isOffered ? (
                  <Form page={page} action={`/account/phones/${id}/notices`}>
                    <Button kind="quiet" name="notices" value={takesNotices ? 'no' : 'yes'}>
                      {t(takesNotices ? 'phones.notices-off' : 'phones.notices-on')}
                      <span class="usa-sr-only"> {writtenPhone(number)}</span>
                    </Button>
                  </Form>
                ) : null}
                <AboutLink
                  href={`/account/phones/${id}/remove`}
                  text={t('phones.remove')}
                  about={writtenPhone(number)}
                />
              </div>
            </li>
          ))}
          {pending === null || !isOffered ? null : (
            <li class="portico-entry">
              <div class="portico-entry__what">
                <p class="portico-entry__name">
                  <Written number={pending.number} />
                </p>
                <p class="portico-entry__facts">
                  <Tag kind="attention">{t('phones.waiting')}</Tag>
                </p>
              </div>
              <p class="portico-entry__actions">
                <AboutLink
                  href="/account/phones/code"
                  text={t('phones.enter-code')}
                  about={writtenPhone(pending.number)}
                />
              </p>
            </li>
          )}
        </ul>
      )}
      {isOffered && isFull && outcome !== 'full' ? <p>{t('phones.full')}</p> : null}
      {isOffered && !isFull ? (
        <p>
          <ButtonLink href="/account/phones/add" kind="secondary">
            {t('phones.add')}
          </ButtonLink>
        </p>
      ) : null}
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}

/** Says what a text message is worth, and what is better. */
function Weaker({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Alert page={page} kind="warning" title={t('phones.weaker-title')}>
      <p>{t('phones.weaker-text')}</p>
      <p>{t('phones.weaker-better')}</p>
      <ul>
        <li>
          <a href="/account/security/passkeys">{t('phones.weaker-passkeys')}</a>
        </li>
        <li>
          <a href="/account/security/apps">{t('phones.weaker-apps')}</a>
        </li>
      </ul>
    </Alert>
  );
}

/** A number, which reads from left to right in every language. */
function Written({ number }: { readonly number: PhoneNumber }) {
  return <Verbatim>{unbroken(number)}</Verbatim>;
}

/** A number that stays on one line. */
const unbroken = (number: PhoneNumber) => writtenPhone(number).replaceAll(' ', '\u00a0');

export function AddPhonePage({ page, errors = [], typed = {} }: View & { readonly typed?: Typed }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('phones.add-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('phones.add-title')}</h1>
      <Lead>{t('phones.add-text')}</Lead>
      <Form page={page} action="/account/phones/add">
        <Field
          name="number"
          label={t('phones.number')}
          hint={t('phones.number-hint')}
          type="tel"
          inputmode="tel"
          autocomplete="tel"
          width="medium"
          value={typed['number']}
          error={errorOf(errors, 'number')}
        />
        <Button>{t('phones.send')}</Button>
      </Form>
      <p>
        <a href="/account/phones">{t('phones.back')}</a>
      </p>
    </Layout>
  );
}

export function PhoneCodePage({
  page,
  errors = [],
  pending,
  isEnough,
  minutes,
  aside,
}: View & {
  readonly pending: Pending;
  /** Whether no more is sent for now. */
  readonly isEnough: boolean;
  readonly minutes: number;
  readonly aside?: Aside | undefined;
}) {
  const { t, rich } = page.words;
  const number = unbroken(pending.number);
  return (
    <Layout page={page} title={t('phones.code-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('phones.code-title')}</h1>
      {isEnough ? (
        <Alert page={page} kind="warning">
          <p>
            {pending.sent === 'no'
              ? rich('phones.code-unsent-enough', { number, tel: verbatim })
              : t('phones.code-enough')}
          </p>
        </Alert>
      ) : null}
      {pending.sent === 'another' && !isEnough ? <p role="status">{t('phones.code-another')}</p> : null}
      {isEnough && pending.sent === 'no' ? null : (
        <Lead>
          {pending.sent === 'no'
            ? rich('phones.code-unsent', { number, tel: verbatim })
            : rich('phones.code-text', { number, minutes, tel: verbatim })}
        </Lead>
      )}
      <Form page={page} action="/account/phones/code">
        <CodeField
          name="code"
          label={t('sms-codes.code')}
          hint={t('sms-codes.hint')}
          error={errorOf(errors, 'code')}
        />
        <Button>{t('phones.confirm')}</Button>
      </Form>
      <h2>{t('sms-codes.none')}</h2>
      <p>{t('phones.code-none-text')}</p>
      <Form page={page} action="/account/phones/code/instead">
        <Buttons>
          <Button kind="secondary" name="instead" value="resend">
            {t('sms-codes.again')}
          </Button>
          <Button kind="quiet" name="instead" value="give-up">
            {t('phones.give-up')}
          </Button>
        </Buttons>
      </Form>
      {aside?.(page)}
    </Layout>
  );
}

/** Asks once more before a number is removed. */
export function RemovePhonePage({
  page,
  phone,
  isLast,
}: {
  readonly page: Page;
  readonly phone: Phone;
  /** Whether the account is kept by this one alone. */
  readonly isLast: boolean;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('phones.remove-title')}>
      <h1>{t('phones.remove-title')}</h1>
      <p class="portico-entry__name">
        <Written number={phone.number} />
      </p>
      {isLast ? (
        <>
          <LastStrong page={page} />
          <p>
            <a href="/account/phones">{t('phones.back')}</a>
          </p>
        </>
      ) : (
        <>
          <p>{t('phones.remove-text')}</p>
          <Form page={page} action={`/account/phones/${phone.id}/remove`}>
            <Buttons>
              <Button kind="danger">{t('phones.remove-confirm')}</Button>
              <ButtonLink href="/account/phones" kind="quiet">
                {t('phones.keep')}
              </ButtonLink>
            </Buttons>
          </Form>
        </>
      )}
    </Layout>
  );
}
