import { inLanguage } from '../agency/index.ts';
import type { Page } from './page.ts';
import { PhoneLink } from './phone-link.tsx';
import { StatementLinks } from './statement-links.tsx';
import { Verbatim } from './verbatim.tsx';

/** Where to get help, how to see a case without an account, how to reach the agency, and what it says of itself. */
export function Footer({ page }: { readonly page: Page }) {
  const { agency, words } = page;
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
        <Contact page={page} />
        <div class="portico-footer__contact">
          <h2>{words.t('ui.footer-letters')}</h2>
          <address>
            {agency.contact.address.map((line) => (
              <span key={line}>
                <Verbatim>{line}</Verbatim>
                <br />
              </span>
            ))}
          </address>
        </div>
        <div class="portico-footer__name">
          <p>{inLanguage(agency.name, words.language)}</p>
          <nav aria-label={words.t('ui.statements')}>
            <StatementLinks page={page} />
          </nav>
        </div>
      </div>
    </footer>
  );
}

function Contact({ page }: { readonly page: Page }) {
  const { agency, words } = page;
  const { phone, email, hours, otherPhones } = agency.contact;
  return (
    <div class="portico-footer__contact">
      <h2>{words.t('ui.footer-contact')}</h2>
      <p>
        {words.rich('ui.footer-phone', { phone, tel: () => <PhoneLink number={phone} /> })}
        <br />
        {inLanguage(hours, words.language)}
      </p>
      {otherPhones.map((other) => (
        <p key={other.number}>
          {words.rich('ui.footer-other-phone', {
            whom: inLanguage(other.for, words.language),
            phone: other.number,
            tel: () => <PhoneLink number={other.number} />,
          })}
          <br />
          {inLanguage(other.hours, words.language)}
        </p>
      ))}
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
  );
}
