import {
  Alert,
  Button,
  ButtonLink,
  Checkbox,
  CodeList,
  CopyButton,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  PrintButton,
} from '../../platform/ui/index.ts';

/** Shows the ten codes until the person says they have them. */
export function BackupCodesPage({
  page,
  codes,
  renewed,
  errors = [],
}: {
  readonly page: Page;
  readonly codes: readonly string[];
  /** Whether they took the place of others; those of sign-up are its last step. */
  readonly renewed: boolean;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('backup-codes.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {renewed ? null : <p class="portico-caption">{t('sign-up.step', { step: 5, steps: 5 })}</p>}
      <h1>{t('backup-codes.title')}</h1>
      <p class="portico-lead">{t('backup-codes.text')}</p>
      <CodeList id="codes" label={t('backup-codes.list')} codes={codes} />
      <div class="portico-buttons">
        <ButtonLink href="/account/backup-codes/download" kind="secondary">
          {t('backup-codes.download')}
        </ButtonLink>
        <CopyButton page={page} from="codes" />
        <PrintButton page={page} />
      </div>
      <p>{t('backup-codes.keep')}</p>
      <Form page={page} action="/account/backup-codes">
        <Checkbox name="saved" label={t('backup-codes.saved')} error={errors[0]?.text} />
        <Button>{t('backup-codes.continue')}</Button>
      </Form>
    </Layout>
  );
}

/** How many codes are left, and the way to new ones. */
export function BackupCodeSettingsPage({
  page,
  left,
  renewed,
}: {
  readonly page: Page;
  readonly left: number;
  /** Whether the person has just saved new ones. */
  readonly renewed: boolean;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('backup-codes.settings-title')}>
      {renewed ? (
        <Alert page={page} kind="success">
          <p>{t('backup-codes.renewed')}</p>
        </Alert>
      ) : null}
      <h1>{t('backup-codes.settings-title')}</h1>
      <Lead>{t('backup-codes.left', { count: left })}</Lead>
      <p>{t('backup-codes.settings-text')}</p>
      <p>{t('backup-codes.renew-text')}</p>
      <Form page={page} action="/account/security/backup-codes">
        <Button kind="secondary">{t('backup-codes.renew')}</Button>
      </Form>
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}
