import {
  Button,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasswordField,
} from '../../../platform/ui/index.ts';

/** Asks for the password after the second step. */
export function PasswordStepPage({
  page,
  action,
  email,
  withPasskey,
  errors,
}: {
  readonly page: Page;
  readonly action: string;
  /** For the password manager, which keeps a password by it. */
  readonly email: string;
  /** Where a passkey is asked for instead, which is both steps; null for who has none. */
  readonly withPasskey: string | null;
  readonly errors: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('step-up.password-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('step-up.password-title')}</h1>
      <p>{t('step-up.password-text')}</p>
      <Form page={page} action={action}>
        <input type="text" name="username" autocomplete="username" value={email} readOnly hidden />
        <PasswordField
          page={page}
          name="password"
          label={t('sign-in.password')}
          autocomplete="current-password"
          error={errorOf(errors, 'password')}
        />
        <Button>{t('factors.continue')}</Button>
      </Form>
      {withPasskey === null ? null : (
        <p>
          <a href={withPasskey}>{t('passkeys.use')}</a>
        </p>
      )}
      <p>
        <a href="/recover">{t('step-up.password-lost')}</a>
      </p>
    </Layout>
  );
}
