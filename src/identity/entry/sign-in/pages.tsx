import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { Question } from '../../../platform/proof-of-work/index.ts';
import {
  Alert,
  Button,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasskeyButton,
  PasswordField,
  ProofOfWork,
} from '../../../platform/ui/index.ts';
import type { Aside } from '../../credentials/factors/index.ts';
import type { EndedHow } from '../../session/sessions/index.ts';

export const WITH_PASSKEY = '/sign-in/with-passkey';
export const PASSKEY_OPTIONS = `${WITH_PASSKEY}/options`;

/** What was over when somebody came here: their session, in one way or another, or a wait. */
type Ended = EndedHow | 'wait';

const ENDED = {
  'timed-out': { title: 'sign-in.timed-out-title', text: 'sign-in.timed-out-text' },
  elsewhere: { title: 'sign-in.elsewhere-title', text: 'sign-in.elsewhere-text' },
  kept: { title: 'sign-in.kept-title', text: 'sign-in.kept-text' },
  out: { title: 'sign-in.out-title', text: 'sign-in.out-text' },
  wait: { title: 'sign-in.lifted-title', text: 'sign-in.lifted-text' },
} as const satisfies Record<Ended, { title: PlainWordKey; text: PlainWordKey }>;

export type SignInView = {
  readonly page: Page;
  readonly identifier?: string | undefined;
  readonly returnTo: string;
  readonly errors?: readonly FieldError[];
  readonly ended?: Ended | null;
  /** What the browser has to prove before one more try. */
  readonly question?: Question | null;
  /** Whether wrong tries made a wait necessary, which an emailed link ends. */
  readonly waits?: boolean;
  readonly aside?: Aside | undefined;
};

export function SignInPage({
  page,
  identifier,
  returnTo,
  errors = [],
  ended = null,
  question = null,
  waits = false,
  aside,
}: SignInView) {
  const { t } = page.words;
  // A password that was refused says so itself; one that waits for a check was emptied with it.
  const again = errorOf(errors, 'password') === undefined ? t('sign-in.password-again') : undefined;
  return (
    <Layout
      page={page}
      title={t('sign-in.title')}
      error={errors.length > 0}
      refillNote={<Already page={page} returnTo={returnTo} />}
    >
      <ErrorSummary page={page} errors={errors} note={again} />
      {errors.length > 0 ? null : <Before page={page} returnTo={returnTo} ended={ended} />}
      <h1>{t('sign-in.title')}</h1>
      <Form page={page} action="/sign-in">
        <input type="hidden" name="return" value={returnTo} />
        <Field
          name="identifier"
          label={t('sign-in.identifier')}
          value={identifier}
          autocomplete="username webauthn"
          error={errorOf(errors, 'identifier')}
        />
        <PasswordField
          page={page}
          name="password"
          label={t('sign-in.password')}
          hint={errors.length > 0 ? again : undefined}
          autocomplete="current-password"
          error={errorOf(errors, 'password')}
        />
        {question === null ? null : <ProofOfWork page={page} question={question} />}
        <Button>{t('sign-in.submit')}</Button>
      </Form>
      {waits ? (
        <Form page={page} action="/recover/try-again">
          <input type="hidden" name="identifier" value={identifier} />
          <Button kind="secondary">{t('sign-in.wait-email')}</Button>
        </Form>
      ) : null}
      <Form page={page} action={WITH_PASSKEY}>
        <input type="hidden" name="return" value={returnTo} />
        <PasskeyButton
          page={page}
          ceremony="get"
          options={PASSKEY_OPTIONS}
          kind="secondary"
          autofill
          error={errorOf(errors, 'passkey')}
        >
          {t('passkeys.sign-in')}
        </PasskeyButton>
      </Form>
      <p>
        <a href="/sign-up">
          {errorOf(errors, 'identifier') === undefined ? t('sign-in.no-account') : t('sign-in.unfinished')}
        </a>
      </p>
      <p>
        <a href="/recover">{t('sign-in.recover')}</a>
      </p>
      <p>
        <a href="/status">{t('sign-in.only-status')}</a>
      </p>
      {aside?.(page)}
    </Layout>
  );
}

type BeforeView = Pick<SignInView, 'page' | 'returnTo'> & { readonly ended: Ended | null };

/** What came before, in one message: that somebody is signed in by now is in that of a form that was not taken. */
function Before({ page, returnTo, ended }: BeforeView) {
  const { t } = page.words;
  if (page.visitor.is === 'signed-in')
    return page.refill === null || page.refill.why === null ? (
      <Alert page={page} kind="info" title={t('sign-in.already-title')}>
        <Already page={page} returnTo={returnTo} />
      </Alert>
    ) : null;
  return ended === null ? null : (
    <Alert page={page} kind="info" title={t(ENDED[ended].title)}>
      <p>{t(ENDED[ended].text)}</p>
    </Alert>
  );
}

/** For whoever signed in elsewhere in this browser while the page lay open: most want to go on. */
function Already({ page, returnTo }: Pick<SignInView, 'page' | 'returnTo'>) {
  const { t } = page.words;
  if (page.visitor.is === 'stranger') return null;
  const { name } = page.visitor;
  return (
    <>
      {page.refill?.why?.is === 'stale' ? null : <p>{t('sign-in.already-text', { name })}</p>}
      <p>
        <a href={returnTo}>{t('sign-in.already-go', { name })}</a>
      </p>
    </>
  );
}
