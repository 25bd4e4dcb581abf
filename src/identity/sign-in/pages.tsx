import type { Question } from '../../platform/proof-of-work/index.ts';
import {
  Alert,
  Button,
  ErrorSummary,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasskeyButton,
  PasswordField,
  ProofOfWork,
} from '../../platform/ui/index.ts';
import type { Aside } from '../factors/index.ts';

export const WITH_PASSKEY = '/sign-in/with-passkey';
export const PASSKEY_OPTIONS = `${WITH_PASSKEY}/options`;

export type SignInView = {
  readonly page: Page;
  readonly identifier?: string | undefined;
  readonly returnTo: string;
  readonly errors?: readonly FieldError[];
  /** Whether the person comes here because a session timed out. */
  readonly timedOut?: boolean;
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
  timedOut = false,
  question = null,
  waits = false,
  aside,
}: SignInView) {
  const { t } = page.words;
  const error = (field: string) => errors.find((each) => each.field === field)?.text;
  // A password that was refused says so itself; one that waits for a check was emptied with it.
  const again = error('password') === undefined ? t('sign-in.password-again') : undefined;
  return (
    <Layout page={page} title={t('sign-in.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} note={again} />
      {timedOut && errors.length === 0 ? (
        <Alert page={page} kind="info" title={t('sign-in.timed-out-title')}>
          <p>{t('sign-in.timed-out-text')}</p>
        </Alert>
      ) : null}
      <h1>{t('sign-in.title')}</h1>
      <Form page={page} action="/sign-in">
        <input type="hidden" name="return" value={returnTo} />
        <Field
          name="identifier"
          label={t('sign-in.identifier')}
          value={identifier}
          autocomplete="username webauthn"
          error={error('identifier')}
        />
        <PasswordField
          page={page}
          name="password"
          label={t('sign-in.password')}
          hint={errors.length > 0 ? again : undefined}
          autocomplete="current-password"
          error={error('password')}
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
          error={error('passkey')}
        >
          {t('passkeys.sign-in')}
        </PasskeyButton>
      </Form>
      <p>
        <a href="/sign-up">{t('sign-in.no-account')}</a>
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
