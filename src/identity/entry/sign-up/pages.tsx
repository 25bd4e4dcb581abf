import type { ComponentChildren } from 'preact';
import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { Question } from '../../../platform/proof-of-work/index.ts';
import { writtenEmail } from '../../../platform/typed/index.ts';
import {
  Alert,
  Button,
  CodeField,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  ProofOfWork,
  SummaryList,
  statementPath,
  Verbatim,
  verbatim,
} from '../../../platform/ui/index.ts';
import { type Person, PersonFields, personRows } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { enrolled, type Factor } from '../../credentials/factors/index.ts';
import { NewPasswordField } from '../../credentials/passwords/index.ts';

export type Aside = (page: Page) => preact.JSX.Element;

type View = {
  readonly page: Page;
  readonly errors?: readonly FieldError[];
  readonly typed?: Typed;
  readonly aside?: Aside | undefined;
};

const STEPS = 5;

type FrameProps = View & {
  /** The address that was proven, for whoever finds a sign-up that somebody else left in this browser. */
  readonly whose?: string;
  readonly step: number;
  readonly title: PlainWordKey;
  readonly children: ComponentChildren;
};

/** One step of making an account: where one is, its title, and what was wrong. */
function Step({ page, errors = [], whose, step, title, aside, children }: FrameProps) {
  const { t, rich } = page.words;
  return (
    <Layout page={page} title={t(title)} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <p class="portico-caption">{t('sign-up.step', { step, steps: STEPS })}</p>
      <h1>{t(title)}</h1>
      {whose === undefined ? null : (
        <p>
          {rich('sign-up.of', {
            address: writtenEmail(whose),
            email: verbatim,
          })}{' '}
          <a href="/sign-up?again">{t('sign-up.not-you')}</a>
        </p>
      )}
      {children}
      {aside?.(page)}
    </Layout>
  );
}

export function EmailPage(
  view: View & {
    readonly question: Question | null;
    readonly factors: readonly Factor[];
    /** What one that was begun in this browser, or a link, came to: it is not open any more, or the link was cut. */
    readonly past?: 'over' | 'cut' | null;
  },
) {
  const { page, typed, errors, question, factors, past = null } = view;
  const { t } = page.words;
  return (
    <Step {...view} step={1} title="sign-up.email-title">
      {past === null ? null : (
        <Alert page={page} kind="info">
          <p>{t(past === 'cut' ? 'sign-up.cut' : 'sign-up.over')}</p>
        </Alert>
      )}
      <p>{t('sign-up.need')}</p>
      <ul>
        {enrolled(factors).map(({ kind, enrolment }) => (
          <li key={kind}>{t(enrolment.words.need)}</li>
        ))}
      </ul>
      <p>{t('sign-up.email-text')}</p>
      <p>
        {page.words.rich('sign-up.before', {
          privacy: (chunks) => <a href={statementPath('privacy')}>{chunks}</a>,
          terms: (chunks) => <a href={statementPath('terms')}>{chunks}</a>,
        })}
      </p>
      <Form page={page} action="/sign-up">
        <Field
          name="email"
          label={t('sign-up.email')}
          type="email"
          inputmode="email"
          autocomplete="email"
          value={typed?.['email']}
          error={errorOf(errors, 'email')}
        />
        {question === null ? null : <ProofOfWork page={page} question={question} />}
        <Button>{t('sign-up.continue')}</Button>
      </Form>
      <p>
        <a href="/sign-in">{t('sign-up.have-account')}</a>
      </p>
    </Step>
  );
}

/** Programs that look into mail open links: only the button uses one up. */
export function PassPage({ page, token }: View & { readonly token: string }) {
  const { t } = page.words;
  return (
    <Step page={page} step={1} title="sign-up.pass-title">
      <p>{t('sign-up.pass-text')}</p>
      <Form page={page} action="/sign-up/pass">
        <input type="hidden" name="token" value={token} />
        <Button>{t('sign-up.continue')}</Button>
      </Form>
    </Step>
  );
}

export function EmailCodePage(
  view: View & {
    readonly email: string;
    readonly notice: 'none' | 'resent' | 'enough';
    readonly policy: Policy;
  },
) {
  const { page, errors, email, notice, policy } = view;
  const { t, rich } = page.words;
  return (
    <Step {...view} step={1} title="sign-up.code-title">
      {notice === 'resent' ? <p role="status">{t('sign-up.code-resent')}</p> : null}
      {notice === 'enough' ? <p role="status">{t('sign-up.code-enough')}</p> : null}
      <p>
        {rich('sign-up.code-text', {
          email: writtenEmail(email),
          minutes: policy.code.minutes,
          mail: verbatim,
        })}
      </p>
      <Form page={page}>
        <CodeField
          name="code"
          label={t('sign-up.code')}
          hint={t('sign-up.code-hint')}
          error={errorOf(errors, 'code')}
        />
        <Button>{t('sign-up.continue')}</Button>
      </Form>
      <h2>{t('sign-up.code-none')}</h2>
      <p>{t('sign-up.code-none-text')}</p>
      <Form page={page} action="/sign-up/code/resend">
        <Button kind="secondary">{t('sign-up.code-resend')}</Button>
      </Form>
      <p>
        <a href="/sign-up?again">{t('sign-up.code-other-email')}</a>
      </p>
    </Step>
  );
}

export function PasswordPage(
  view: View & {
    readonly email: string;
    /** Whether somebody with this address had come further before, in this browser or another. */
    readonly resumed: boolean;
    readonly policy: Policy;
  },
) {
  const { page, errors, email, resumed, policy } = view;
  const { t } = page.words;
  return (
    <Step {...view} whose={email} step={2} title="sign-up.password-title">
      {resumed ? <p role="status">{t('sign-up.resumed')}</p> : null}
      <p>{t('sign-up.password-text')}</p>
      <Form page={page}>
        <input type="text" name="username" autocomplete="username" value={email} readOnly hidden />
        <NewPasswordField
          page={page}
          label={t('sign-up.password')}
          checkUrl="/sign-up/password/check"
          limits={policy.password}
          error={errorOf(errors, 'password')}
        />
        <Button>{t('sign-up.continue')}</Button>
      </Form>
    </Step>
  );
}

export function AboutYouPage(view: View & { readonly email: string }) {
  const { page, errors, typed = {} } = view;
  const { t } = page.words;
  return (
    <Step {...view} whose={view.email} step={3} title="sign-up.about-title">
      <p>{t('sign-up.about-text')}</p>
      <Form page={page}>
        <PersonFields page={page} typed={typed} errors={errors} />
        <Button>{t('sign-up.continue')}</Button>
      </Form>
    </Step>
  );
}

/** All that was said, before an account is made of it: a slip here keeps every case out of the account. */
export function CheckPage(view: View & { readonly email: string; readonly person: Person }) {
  const { page, email, person } = view;
  const { t } = page.words;
  return (
    <Step {...view} step={3} title="sign-up.check-title">
      <p>{t('sign-up.check-text')}</p>
      <SummaryList
        rows={[
          ...personRows(page, person, '/sign-up/about-you'),
          {
            term: t('sign-up.email'),
            value: (
              <>
                <Verbatim>{writtenEmail(email)}</Verbatim>
                <br />
                <span class="portico-quiet">{t('sign-up.check-email')}</span>
              </>
            ),
            action: { href: '/sign-up?again', text: t('ui.change'), about: t('sign-up.email') },
          },
        ]}
      />
      <Form page={page}>
        <Button>{t('sign-up.check-confirm')}</Button>
      </Form>
    </Step>
  );
}

/** The page around choosing and binding a second step. */
export function SecondStepFrame(view: Omit<FrameProps, 'step'>) {
  return <Step {...view} step={4} />;
}
