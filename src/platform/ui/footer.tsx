import { inLanguage } from '../agency/index.ts';
import type { Page } from './page.ts';
import { Verbatim } from './verbatim.tsx';

/** Where to get help, how to see a case without an account, and how to reach the agency. */
export function Footer({ page }: { readonly page: Page }) {
  const { agency, words } = page;
  const { phone, email, hours } = agency.contact;
  return (
    <footer class="portico-footer">
      <div class="portico-footer__inner">
        <nav aria-labelledby="footer-help">
          <h2 id="footer-help">{words.t('ui.footer-label')}</h2>
          <ul class="portico-footer__links">
            <li>
              <a href="/help">{words.t('ui.footer-help')}</a>
            </li>
            <li>
              <a href="/status">{words.t('ui.footer-status')}</a>
            </li>
            <li>
              <a href="/verify">{words.t('ui.footer-verify')}</a>
            </li>
            <li>
              <a href="/waiting-times">{words.t('ui.footer-waits')}</a>
            </li>
          </ul>
        </nav>
        <div class="portico-footer__contact">
          <h2>{words.t('ui.footer-contact')}</h2>
          <p>
            {words.rich('ui.footer-phone', {
              phone,
              tel: (chunks) => (
                <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
                  <Verbatim>{chunks}</Verbatim>
                </a>
              ),
            })}
            <br />
            {inLanguage(hours, words.language)}
          </p>
          <p>
            {words.rich('ui.footer-email', {
              email,
              mail: (chunks) => (
                <a href={`mailto:${email}`}>
                  <Verbatim>{chunks}</Verbatim>
                </a>
              ),
            })}
          </p>
        </div>
        <p class="portico-footer__name">{inLanguage(agency.name, words.language)}</p>
      </div>
    </footer>
  );
}
