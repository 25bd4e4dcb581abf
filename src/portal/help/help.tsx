import { Fragment } from 'preact';
import type { PageScope } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { Layout, type Page } from '../../platform/ui/index.ts';

/** First help, for those who are stuck at the door. */
export function helpRoutes(app: PageScope, { publicUrl }: { publicUrl: URL }): void {
  app.get('/help', { config: { access: 'anyone' } }, async (request, reply) =>
    reply.page(<HelpPage page={request.page(reply)} origin={publicUrl.origin} />),
  );
}

type Topic = {
  /** The last part of its address. */
  readonly id: string;
  readonly title: PlainWordKey;
  readonly text: PlainWordKey;
  readonly link?: { readonly href: string; readonly word: PlainWordKey };
};

const RECOVER = { href: '/recover', word: 'help.phone-link' } as const;
const TOPICS: readonly Topic[] = [
  {
    id: 'password',
    title: 'help.password-title',
    text: 'help.password-text',
    link: { href: '/recover/password', word: 'help.password-link' },
  },
  { id: 'codes', title: 'help.codes-title', text: 'help.codes-text' },
  { id: 'email', title: 'help.email-title', text: 'help.email-text' },
  { id: 'text-message', title: 'help.sms-title', text: 'help.sms-text' },
  {
    id: 'wait',
    title: 'help.wait-title',
    text: 'help.wait-text',
    link: { href: '/recover/try-again', word: 'help.wait-link' },
  },
  {
    id: 'no-email',
    title: 'help.no-email-title',
    text: 'help.no-email-text',
    link: { href: '/account/emails', word: 'help.no-email-link' },
  },
  { id: 'phone', title: 'help.phone-title', text: 'help.phone-text', link: RECOVER },
  { id: 'no-smartphone', title: 'help.no-phone-title', text: 'help.no-phone-text' },
  { id: 'passkey', title: 'help.passkey-title', text: 'help.passkey-text', link: RECOVER },
  {
    id: 'everything',
    title: 'help.everything-title',
    text: 'help.everything-text',
    link: { href: '/recover', word: 'help.everything-link' },
  },
  { id: 'case', title: 'help.claim-title', text: 'help.claim-text' },
  {
    id: 'notice',
    title: 'help.notice-title',
    text: 'help.notice-text',
    link: { href: '/verify', word: 'help.notice-link' },
  },
  {
    id: 'not-me',
    title: 'help.not-me-title',
    text: 'help.not-me-text',
    link: { href: '/account/security/not-me', word: 'help.not-me-link' },
  },
  { id: 'cookies', title: 'help.cookies-title', text: 'help.cookies-text' },
  { id: 'javascript', title: 'help.script-title', text: 'help.script-text' },
  { id: 'shared', title: 'help.shared-title', text: 'help.shared-text' },
];
const ADDRESS = 'address';
const SCAM = 'message';

function HelpPage({ page, origin }: { readonly page: Page; readonly origin: string }) {
  const { t } = page.words;
  const index = [
    ...TOPICS,
    { id: ADDRESS, title: 'help.address-title' },
    { id: SCAM, title: 'help.scam-title' },
  ] as const;
  return (
    <Layout page={page} title={t('help.title')}>
      <h1>{t('help.title')}</h1>
      <nav aria-label={t('help.index')}>
        <ul class="portico-list">
          {index.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{t(title)}</a>
            </li>
          ))}
        </ul>
      </nav>
      {TOPICS.map(({ id, title, text, link }) => (
        <Fragment key={id}>
          <h2 id={id}>{t(title)}</h2>
          <p>{t(text)}</p>
          {link === undefined ? null : (
            <p>
              <a href={link.href}>{t(link.word)}</a>
            </p>
          )}
        </Fragment>
      ))}
      <h2 id={ADDRESS}>{t('help.address-title')}</h2>
      <p>{t('help.address-text', { origin })}</p>
      <h2 id={SCAM}>{t('help.scam-title')}</h2>
      <p>{t('help.scam-text')}</p>
    </Layout>
  );
}
