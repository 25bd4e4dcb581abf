import { Alert, Button, ButtonLink, Form, Layout, Lead, type Page } from '../../../platform/ui/index.ts';
import type { ExportState } from './data-export.ts';

/** What the file is called where it is downloaded to. */
export const FILE_NAME = 'my-data.json';

export function DataPage({
  page,
  state,
  days,
}: {
  readonly page: Page;
  readonly state: ExportState;
  readonly days: number;
}) {
  const { t, dateTime } = page.words;
  return (
    <Layout page={page} title={t('data-export.title')}>
      <h1>{t('data-export.title')}</h1>
      <Lead>{t('data-export.text')}</Lead>
      <p>{t('data-export.what')}</p>
      <p>{t('data-export.file', { name: FILE_NAME })}</p>
      {state.is === 'preparing' ? (
        <Alert page={page} kind="info" title={t('data-export.preparing-title')}>
          <p>{t('data-export.preparing-text')}</p>
          <p>
            <a href="/account/data">{t('data-export.look-again')}</a>
          </p>
        </Alert>
      ) : null}
      {state.is === 'ready' ? (
        <Alert page={page} kind="success" title={t('data-export.ready-title')}>
          <p>{t('data-export.ready-text', { date: dateTime(state.until) })}</p>
          <p>{t('data-export.ready-care')}</p>
          <p>
            <ButtonLink href="/account/data/download">{t('data-export.download')}</ButtonLink>
          </p>
        </Alert>
      ) : null}
      {state.is === 'preparing' ? null : (
        <Form page={page} action="/account/data">
          <p>{t('data-export.how', { days })}</p>
          <Button kind={state.is === 'ready' ? 'secondary' : 'primary'}>
            {state.is === 'ready' ? t('data-export.ask-again') : t('data-export.ask')}
          </Button>
        </Form>
      )}
      <p>
        <a href="/account">{t('account.back')}</a>
      </p>
    </Layout>
  );
}
