import type { FastifyInstance } from 'fastify';
import { Layout, type Page } from '../../platform/ui/index.ts';

/** First help, for those who are stuck at the door. */
export function helpRoutes(app: FastifyInstance, { publicUrl }: { publicUrl: URL }): void {
  app.get('/help', { config: { access: 'anyone' } }, async (request, reply) =>
    reply.page(<HelpPage page={request.page(reply)} host={publicUrl.host} />),
  );
}

function HelpPage({ page, host }: { readonly page: Page; readonly host: string }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('help.title')}>
      <h1>{t('help.title')}</h1>
      <h2>{t('help.codes-title')}</h2>
      <p>{t('help.codes-text')}</p>
      <h2>{t('help.phone-title')}</h2>
      <p>{t('help.phone-text')}</p>
      <p>
        <a href="/recover">{t('help.phone-link')}</a>
      </p>
      <h2>{t('help.email-title')}</h2>
      <p>{t('help.email-text')}</p>
      <h2>{t('help.claim-title')}</h2>
      <p>{t('help.claim-text')}</p>
      <h2>{t('help.cookies-title')}</h2>
      <p>{t('help.cookies-text')}</p>
      <h2>{t('help.script-title')}</h2>
      <p>{t('help.script-text')}</p>
      <h2>{t('help.shared-title')}</h2>
      <p>{t('help.shared-text')}</p>
      <h2>{t('help.address-title')}</h2>
      <p>{t('help.address-text', { host })}</p>
      <h2>{t('help.scam-title')}</h2>
      <p>{t('help.scam-text')}</p>
    </Layout>
  );
}
