import {
  Button,
  Checkbox,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasswordField,
} from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { NewPasswordField } from '../../credentials/passwords/index.ts';

export function PasswordPage({
  page,
  email,
  limits,
  errors = [],
}: {
  readonly page: Page;
  /** For the password manager, which keeps a password by it. */
  readonly email: string;
  readonly limits: Policy['password'];
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('password.change-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} note={t('password.again')} />
      <h1>{t('password.change-title')}</h1>
      <p>{t('sign-up.password-text')}</p>
      <Form page={page} action="/account/security/password">
        <input type="text" name="username" autocomplete="username" value={email} readOnly hidden />
        <PasswordField
          page={page}
          name="currentPassword"
          label={t('password.current')}
          autocomplete="current-password"
          error={errorOf(errors, 'currentPassword')}
        />
        <NewPasswordField
          page={page}
          label={t('password.new')}
          checkUrl="/account/security/password/check"
          limits={limits}
          error={errorOf(errors, 'password')}
        />
        <Checkbox name="elsewhere" label={t('password.end-elsewhere')} value="end" checked />
        <Button>{t('password.change')}</Button>
      </Form>
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}
