import type { ComponentChildren, VNode } from 'preact';
import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { writtenEmail } from '../../../platform/typed/index.ts';
import {
  AboutLink,
  Alert,
  Button,
  ButtonLink,
  Buttons,
  CodeField,
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
import type { Address as OwnAddress } from '../../core/addresses/index.ts';
import type { Pending } from './emails.ts';

/** What stands beside a step that needs something from the demonstration. */
export type Aside = (page: Page) => VNode;

type View = {
  readonly page: Page;
  readonly errors?: readonly FieldError[];
};

/** What was just done, said on top of the list. */
export type Outcome = 'added' | 'main' | 'removed' | 'taken' | 'full';

const OUTCOMES: Readonly<Record<Outcome, { kind: 'success' | 'warning'; word: PlainWordKey }>> = {
  added: { kind: 'success', word: 'emails.done-added' },
  main: { kind: 'success', word: 'emails.done-main' },
  removed: { kind: 'success', word: 'emails.done-removed' },
  taken: { kind: 'warning', word: 'emails.code-taken' },
  full: { kind: 'warning', word: 'emails.full' },
};

export type EmailsPageProps = {
  readonly page: Page;
  readonly emails: readonly OwnAddress[];
  readonly pending: Pending | null;
  readonly outcome: Outcome | null;
  readonly isFull: boolean;
};

/** The addresses of an account, and what can be done with each. */
export function EmailsPage({ page, emails, pending, outcome, isFull }: EmailsPageProps) {
  const { words } = page;
  const { t } = words;
  return (
    <Layout page={page} title={t('emails.title')}>
      {outcome === null ? null : (
        <Alert page={page} kind={OUTCOMES[outcome].kind}>
          <p>{t(OUTCOMES[outcome].word)}</p>
        </Alert>
      )}
      <h1>{t('emails.title')}</h1>
      <Lead>{t('emails.text')}</Lead>
      <ul class="portico-entries">
        {emails.map(({ id, email, isPrimary, verifiedAt }) => (
          <li key={id} class="portico-entry">
            <div class="portico-entry__what">
              <Address email={email} />
              <p class="portico-entry__facts">
                {isPrimary ? <Tag kind="good">{t('emails.main')}</Tag> : null}
                <span>{t('emails.since', { date: words.date(verifiedAt) })}</span>
              </p>
            </div>
            {isPrimary ? null : (
              <p class="portico-entry__actions">
                <AboutLink
                  href={`/account/emails/${id}/primary`}
                  text={t('emails.make-main')}
                  about={writtenEmail(email)}
                />
                <AboutLink
                  href={`/account/emails/${id}/remove`}
                  text={t('emails.remove')}
                  about={writtenEmail(email)}
                />
              </p>
            )}
          </li>
        ))}
        {pending === null ? null : (
          <li class="portico-entry">
            <div class="portico-entry__what">
              <Address email={pending.email} />
              <p class="portico-entry__facts">
                <Tag kind="attention">{t('emails.waiting')}</Tag>
              </p>
            </div>
            <p class="portico-entry__actions">
              <AboutLink
                href="/account/emails/code"
                text={t('emails.enter-code')}
                about={writtenEmail(pending.email)}
              />
            </p>
          </li>
        )}
      </ul>
      {isFull ? (
        <p>{t('emails.full')}</p>
      ) : (
        <p>
          <ButtonLink href="/account/emails/add" kind={pending === null ? 'primary' : 'secondary'}>
            {t('emails.add')}
          </ButtonLink>
        </p>
      )}
      <p>
        <a href="/account">{t('account.back')}</a>
      </p>
    </Layout>
  );
}

/** An address, which where it is too long breaks before the @ first. */
function Address({ email }: { readonly email: string }) {
  const written = writtenEmail(email);
  const at = written.lastIndexOf('@');
  return (
    <p class="portico-entry__name">
      <Verbatim>
        {written.slice(0, at)}
        <wbr />
        {written.slice(at)}
      </Verbatim>
    </p>
  );
}

export function AddEmailPage({ page, errors = [], typed = {} }: View & { readonly typed?: Typed }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('emails.add-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('emails.add-title')}</h1>
      <Lead>{t('emails.add-text')}</Lead>
      <Form page={page} action="/account/emails/add">
        <Field
          name="email"
          label={t('emails.email')}
          type="email"
          inputmode="email"
          autocomplete="email"
          value={typed['email']}
          error={errorOf(errors, 'email')}
        />
        <Button>{t('emails.continue')}</Button>
      </Form>
      <p>
        <a href="/account/emails">{t('emails.back')}</a>
      </p>
    </Layout>
  );
}

export type EmailCodePageProps = View & {
  readonly pending: Pending;
  readonly notice: 'none' | 'resent' | 'enough';
  readonly minutes: number;
  readonly aside?: Aside | undefined;
};

export function EmailCodePage({ page, errors = [], pending, notice, minutes, aside }: EmailCodePageProps) {
  const { t, rich } = page.words;
  return (
    <Layout page={page} title={t('emails.code-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('emails.code-title')}</h1>
      {notice === 'resent' ? <p role="status">{t('emails.code-resent')}</p> : null}
      {notice === 'enough' ? <p role="status">{t('emails.code-enough')}</p> : null}
      <Lead>{rich('emails.code-text', { email: writtenEmail(pending.email), minutes, mail: verbatim })}</Lead>
      <Form page={page} action="/account/emails/code">
        <CodeField
          name="code"
          label={t('emails.code')}
          hint={t('emails.code-hint')}
          error={errorOf(errors, 'code')}
        />
        <Button>{t('emails.continue')}</Button>
      </Form>
      <h2>{t('emails.code-none')}</h2>
      <p>{t('emails.code-none-text')}</p>
      <Form page={page} action="/account/emails/code/instead">
        <Buttons>
          <Button kind="secondary" name="instead" value="resend">
            {t('emails.code-resend')}
          </Button>
          <Button kind="quiet" name="instead" value="give-up">
            {t('emails.code-give-up')}
          </Button>
        </Buttons>
      </Form>
      {aside?.(page)}
    </Layout>
  );
}

/** Asks once more before an address becomes the main one. */
export function MakePrimaryPage({
  page,
  email,
  main,
  errors = [],
}: View & {
  readonly email: OwnAddress;
  readonly main: OwnAddress;
}) {
  const { t, rich } = page.words;
  return (
    <Confirm
      page={page}
      title={t('emails.main-title')}
      email={email.email}
      action={`/account/emails/${email.id}/primary`}
      button={<Button id="make-main">{t('emails.main-confirm')}</Button>}
      errors={errors}
    >
      <p>{t('emails.main-text')}</p>
      <p>{rich('emails.main-old', { email: writtenEmail(main.email), mail: verbatim })}</p>
    </Confirm>
  );
}

/** Asks once more before an address is removed. */
export function RemoveEmailPage({
  page,
  email,
  days,
}: {
  readonly page: Page;
  readonly email: OwnAddress;
  readonly days: number;
}) {
  const { t } = page.words;
  return (
    <Confirm
      page={page}
      title={t('emails.remove-title')}
      email={email.email}
      action={`/account/emails/${email.id}/remove`}
      button={<Button kind="danger">{t('emails.remove-confirm')}</Button>}
    >
      <p>{t('emails.remove-text')}</p>
      <p>
        {t('emails.remove-told')}{' '}
        {email.standing === 'settled' ? t('emails.remove-undo', { days }) : t('emails.remove-no-undo')}
      </p>
    </Confirm>
  );
}

function Confirm({
  page,
  title,
  email,
  action,
  button,
  errors = [],
  children,
}: View & {
  readonly title: string;
  readonly email: string;
  readonly action: string;
  readonly button: VNode;
  readonly children: ComponentChildren;
}) {
  return (
    <Layout page={page} title={title} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{title}</h1>
      <Address email={email} />
      {children}
      <Form page={page} action={action}>
        <Buttons>
          {button}
          <ButtonLink href="/account/emails" kind="quiet">
            {page.words.t('emails.back')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Layout>
  );
}
