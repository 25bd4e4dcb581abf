import { Button, Form, Layout, Lead, type Page } from '../../../platform/ui/index.ts';

/** Says what closing means, and does it. */
export function ClosePage({ page, days }: { readonly page: Page; readonly days: number }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('closing.title')}>
      <h1>{t('closing.title')}</h1>
      <Lead>{t('closing.text', { days })}</Lead>
      <h2>{t('closing.what')}</h2>
      <ul class="portico-list">
        <li>{t('closing.what-now')}</li>
        <li>{t('closing.what-wait', { days })}</li>
        <li>{t('closing.what-erased')}</li>
        <li>{t('closing.what-cases')}</li>
      </ul>
      <p>
        <a href="/account/data">{t('closing.data-first')}</a>
      </p>
      <Form page={page} action="/account/close">
        <Button kind="danger">{t('closing.do')}</Button>
      </Form>
      <p>
        <a href="/account">{t('closing.keep-link')}</a>
      </p>
    </Layout>
  );
}

/** All that somebody sees who signs in while their account is about to be closed. */
export function ClosingPage({ page, on }: { readonly page: Page; readonly on: Date }) {
  const { t, date } = page.words;
  return (
    <Layout page={page} title={t('closing.waiting-title')}>
      <h1>{t('closing.waiting-title')}</h1>
      <Lead>{t('closing.waiting-text', { date: date(on) })}</Lead>
      <Form page={page} action="/account/closing/cancel">
        <Button>{t('closing.keep')}</Button>
      </Form>
      <p>{t('closing.waiting-leave')}</p>
    </Layout>
  );
}

/** Confirms it to somebody who is signed out by now. */
export function ClosingBegunPage({
  page,
  days,
  on,
}: {
  readonly page: Page;
  readonly days: number;
  readonly on: Date | null;
}) {
  const { t, date } = page.words;
  return (
    <Layout page={page} title={t('closing.begun-title')}>
      <h1>{t('closing.begun-title')}</h1>
      <Lead>
        {on === null ? t('closing.begun-text-days', { days }) : t('closing.begun-text', { date: date(on) })}
      </Lead>
      <p>{t('closing.begun-back')}</p>
      <p>
        <a href="/">{t('ui.go-home')}</a>
      </p>
    </Layout>
  );
}
