import type { VNode } from 'preact';
import { inLanguage } from '../../../platform/agency/index.ts';
import {
  Button,
  ButtonLink,
  CodeField,
  CopyButton,
  Form,
  type Page,
  QrCode,
  SecretKey,
} from '../../../platform/ui/index.ts';
import { appAddress } from './authenticator-app.ts';
import { ClockNote } from './clock-note.tsx';

/** Carries a key into an app, as a picture, a link and a text, and takes the first code that shows it arrived. */
export function BindApp({
  page,
  secret,
  label,
  error,
  more = null,
  action,
}: {
  readonly page: Page;
  readonly secret: string;
  /** Whose account it is, as the app shows it. */
  readonly label: string;
  readonly error: string | undefined;
  /** What else is asked, before the button. */
  readonly more?: VNode | null;
  /** Where it posts to; the page's own address when left out. */
  readonly action?: string;
}) {
  const { t, language } = page.words;
  const address = appAddress(secret, inLanguage(page.agency.shortName, language), label);
  const picture = <QrCode text={address} title={t('authenticator-app.bind-qr')} />;
  const key = (
    <>
      <p>{t('authenticator-app.bind-type')}</p>
      <SecretKey id="key" value={secret} />
      <CopyButton page={page} from="key" />
    </>
  );
  return (
    <>
      <ol class="portico-list">
        <li>{t('authenticator-app.bind-install')}</li>
        <li>{t(page.handheld ? 'authenticator-app.bind-give' : 'authenticator-app.bind-scan')}</li>
        <li>{t('authenticator-app.bind-enter')}</li>
      </ol>
      {page.handheld ? (
        <>
          <p>
            <ButtonLink href={address}>{t('authenticator-app.bind-open')}</ButtonLink>
          </p>
          {key}
          <details>
            <summary>{t('authenticator-app.bind-elsewhere')}</summary>
            <p>{t('authenticator-app.bind-scan')}</p>
            {picture}
          </details>
        </>
      ) : (
        <>
          {picture}
          <p>
            <a href={address}>{t('authenticator-app.bind-open-here')}</a>
          </p>
          <h2>{t('authenticator-app.bind-cannot-scan')}</h2>
          {key}
        </>
      )}
      <Form page={page} {...(action === undefined ? {} : { action })}>
        <CodeField
          name="code"
          label={t('authenticator-app.code')}
          hint={t('authenticator-app.code-hint')}
          error={error}
        />
        {error === undefined ? null : <ClockNote page={page} />}
        {more}
        <Button>{t('factors.continue')}</Button>
      </Form>
    </>
  );
}
