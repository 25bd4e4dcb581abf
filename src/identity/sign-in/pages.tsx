import {
  Alert,
  Button,
  CodeField,
  ErrorSummary,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasswordField,
} from '../../platform/ui/index.ts';

/** What the demonstration says beside the form; handed in, since only it knows its people. */
export type SignInAside = (page: Page) => preact.JSX.Element;

export type SignInView = {
  readonly page: Page;
  readonly identifier?: string | undefined;
  readonly returnTo: string;
  readonly errors?: readonly FieldError[];
  /** Whether the person comes here because a session timed out. */
  readonly timedOut?: boolean;
  readonly aside?: SignInAside | undefined;
};

export function SignInPage({ page, identifier, returnTo, errors = [], timedOut = false, aside }: SignInView) {
  const { t } = page.words;
  const error = (field: string) => errors.find((each) => each.field === field)?.text;
  return (
    <Layout page={page} title={t('sign-in.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
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
          autocomplete="username"
          error={error('identifier')}
        />
        <PasswordField
          page={page}
          name="password"
          label={t('sign-in.password')}
          autocomplete="current-password"
          error={error('password')}
        />
        <Button>{t('sign-in.submit')}</Button>
      </Form>
      <p>
        <a href="/sign-up">{t('sign-in.no-account')}</a>
      </p>
      <p>
        <a href="/help">{t('sign-in.trouble')}</a>
      </p>
      <p>
        <a href="/status">{t('sign-in.only-status')}</a>
      </p>
      {aside?.(page)}
    </Layout>
  );
}

export type CodeView = {
  readonly page: Page;
  readonly errors?: readonly FieldError[];
  readonly aside?: SignInAside | undefined;
};

export function AppCodePage({ page, errors = [], aside }: CodeView) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('sign-in.code-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('sign-in.code-title')}</h1>
      <p>{t('sign-in.code-text')}</p>
      <Form page={page}>
        <CodeField
          name="code"
          label={t('sign-in.code')}
          hint={t('sign-in.code-hint')}
          error={errors[0]?.text}
        />
        <Button>{t('sign-in.continue')}</Button>
      </Form>
      <p>
        <a href="/sign-in/backup-code">{t('sign-in.use-backup-code')}</a>
      </p>
      {aside?.(page)}
    </Layout>
  );
}

export function BackupCodePage({ page, errors = [] }: CodeView) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('sign-in.backup-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('sign-in.backup-title')}</h1>
      <p>{t('sign-in.backup-text')}</p>
      <Form page={page}>
        <Field
          name="backupCode"
          label={t('sign-in.backup-code')}
          hint={t('sign-in.backup-hint')}
          autocomplete="off"
          error={errors[0]?.text}
        />
        <Button>{t('sign-in.continue')}</Button>
      </Form>
      <p>
        <a href="/sign-in/code">{t('sign-in.use-app')}</a>
      </p>
    </Layout>
  );
}
