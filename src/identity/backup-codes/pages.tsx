import {
  Button,
  Checkbox,
  CodeList,
  CopyButton,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  type Page,
  PrintButton,
} from '../../platform/ui/index.ts';

/** Shows the ten codes until the person says they have them. */
export function BackupCodesPage({
  page,
  codes,
  errors = [],
}: {
  readonly page: Page;
  readonly codes: readonly string[];
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('backup-codes.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <p class="portico-caption">{t('sign-up.step', { step: 5, steps: 5 })}</p>
      <h1>{t('backup-codes.title')}</h1>
      <p class="portico-lead">{t('backup-codes.text')}</p>
      <CodeList id="codes" label={t('backup-codes.list')} codes={codes} />
      <div class="portico-buttons">
        <CopyButton page={page} from="codes" />
        <PrintButton page={page} />
      </div>
      <p>{t('backup-codes.keep')}</p>
      <Form page={page}>
        <Checkbox name="saved" label={t('backup-codes.saved')} error={errors[0]?.text} />
        <Button>{t('backup-codes.continue')}</Button>
      </Form>
    </Layout>
  );
}
