import { inLanguage } from '../../platform/agency/index.ts';
import { CopyButton, type Page, QrCode, SecretKey } from '../../platform/ui/index.ts';
import { appAddress } from './authenticator-app.ts';

/** How to put a key into an app: by its picture, by a link on the same phone, or by typing it. */
export function AppSetUp({
  page,
  secret,
  label,
}: {
  readonly page: Page;
  readonly secret: string;
  /** What the app will call the account: an address of its person. */
  readonly label: string;
}) {
  const { t, language } = page.words;
  const address = appAddress(secret, inLanguage(page.agency.shortName, language), label);
  return (
    <>
      <ol class="portico-list">
        <li>{t('sign-up.app-install')}</li>
        <li>{t('sign-up.app-scan')}</li>
        <li>{t('sign-up.app-enter')}</li>
      </ol>
      <QrCode text={address} title={t('sign-up.app-qr')} />
      <p>
        <a href={address}>{t('sign-up.app-open')}</a>
      </p>
      <h2>{t('sign-up.app-cannot-scan')}</h2>
      <p>{t('sign-up.app-type')}</p>
      <SecretKey id="key" value={secret} />
      <CopyButton page={page} from="key" />
    </>
  );
}
