import { ButtonLink, Layout, type Page } from '../../../platform/ui/index.ts';

/** Confirms the end of the session, and says how to leave a shared computer clean. */
export function SignedOutPage({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('session.signed-out-title')}>
      <h1>{t('session.signed-out-title')}</h1>
      <p class="portico-lead">{t('session.signed-out-text')}</p>
      <h2>{t('session.shared-title')}</h2>
      <ul class="portico-list">
        <li>{t('session.shared-close')}</li>
        <li>{t('session.shared-passwords')}</li>
        <li>{t('session.shared-files')}</li>
      </ul>
      <p>
        <ButtonLink href="/sign-in">{t('session.sign-in-again')}</ButtonLink>
      </p>
    </Layout>
  );
}

/** Stands where something was just changed by which one signs in: whoever else is in the account stays otherwise (ASVS 7.4.3). */
export function OfferSigningOut({ page }: { readonly page: Page }) {
  return (
    <p>
      <a href="/account/security/sessions">{page.words.t('session.elsewhere')}</a>
    </p>
  );
}
