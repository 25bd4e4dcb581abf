import { Alert, Button, ButtonLink, Form, Layout, Lead, type Page } from '../../platform/ui/index.ts';
import { sayTakenOut, type TakenOut } from '../notices/index.ts';
import { RECOVER } from './alarm.ts';

/** Asks whether the person is sure, and says what will happen. */
export function ConfirmPage({
  page,
  days,
  token,
}: {
  readonly page: Page;
  /** For how long what came to the account is taken out again. */
  readonly days: number;
  readonly token?: string;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alarm.title')}>
      <h1>{t('alarm.title')}</h1>
      <Lead>{t('alarm.text')}</Lead>
      <h2>{t('alarm.what')}</h2>
      <ul class="portico-list">
        <li>{t('alarm.what-sessions')}</li>
        <li>{t('alarm.what-changes')}</li>
        <li>{t('alarm.what-reverted', { days })}</li>
        <li>{t('alarm.what-questions')}</li>
        <li>{t('alarm.what-recover')}</li>
        <li>{t('alarm.what-cases')}</li>
      </ul>
      <Form page={page} action={token === undefined ? '/account/security/not-me' : '/not-me'}>
        {token === undefined ? null : <input type="hidden" name="token" value={token} />}
        <Button kind="danger">{t('alarm.do')}</Button>
      </Form>
      <p>
        <a href={token === undefined ? '/account/security/activity' : '/'}>{t('alarm.was-me')}</a>
      </p>
    </Layout>
  );
}

/** Says that it is done, and how to go on. */
export function RaisedPage({ page, taken }: { readonly page: Page; readonly taken: TakenOut }) {
  const { t } = page.words;
  const { out, back } = sayTakenOut(taken, page.words);
  return (
    <Layout page={page} title={t('alarm.raised-title')}>
      <Alert page={page} kind="success">
        <p>{t('alarm.raised-done')}</p>
      </Alert>
      <h1>{t('alarm.raised-title')}</h1>
      <Lead>{t('alarm.raised-text')}</Lead>
      <p>{t('alarm.still-in')}</p>
      {out === null && back === null ? null : (
        <>
          <h2>{t('alarm.changed')}</h2>
          <ul class="portico-list">
            {out === null ? null : <li>{t('alarm.changed-out', { what: out })}</li>}
            {back === null ? null : <li>{t('alarm.changed-back', { what: back })}</li>}
          </ul>
          <p>{t('alarm.changed-again')}</p>
        </>
      )}
      <p>
        <ButtonLink href={RECOVER}>{t('alarm.recover')}</ButtonLink>
      </p>
    </Layout>
  );
}

/** For whoever is in the account meanwhile, above what cannot be changed. */
export function AlarmAlert({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Alert page={page} kind="warning" title={t('alarm.raised-title')}>
      <p>{t('alarm.raised-text')}</p>
      <p>
        <a href={RECOVER}>{t('alarm.recover')}</a>
      </p>
    </Alert>
  );
}

/** The link was used, is too old, or was never made. */
export function LinkGonePage({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alarm.gone-title')}>
      <h1>{t('alarm.gone-title')}</h1>
      <Lead>{t('alarm.gone-text')}</Lead>
      <p>
        <ButtonLink href="/account/security/not-me">{t('alarm.gone-sign-in')}</ButtonLink>
      </p>
      <p>
        <a href="/recover">{t('alarm.gone-recover')}</a>
      </p>
    </Layout>
  );
}

/** Why nothing that opens the account can be changed now. */
export function ProtectedPage({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alarm.protected-title')}>
      <h1>{t('alarm.protected-title')}</h1>
      <Lead>{t('alarm.protected-text')}</Lead>
      <p>{t('alarm.protected-why')}</p>
      <p>{t('alarm.still-in')}</p>
      <p>
        <ButtonLink href={RECOVER}>{t('alarm.recover')}</ButtonLink>
      </p>
      <p>
        <a href="/home">{t('alarm.protected-home')}</a>
      </p>
    </Layout>
  );
}
