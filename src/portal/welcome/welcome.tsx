import type { PageScope } from '../../platform/http/index.ts';
import { ButtonLink, Buttons, Layout, type Page } from '../../platform/ui/index.ts';

/** The front page for those who are not signed in. */
export function welcomeRoutes(app: PageScope): void {
  app.get('/', { config: { access: 'anyone' } }, async (request, reply) => {
    if (request.visitor.is === 'signed-in') return reply.redirect('/home', 303);
    return reply.page(<WelcomePage page={request.page(reply)} />);
  });
}

function WelcomePage({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('welcome.title')}>
      <h1>{t('welcome.heading')}</h1>
      <p class="portico-lead">{t('welcome.text')}</p>
      <Buttons>
        <ButtonLink href="/sign-in">{t('welcome.sign-in')}</ButtonLink>
        <ButtonLink href="/sign-up" kind="secondary">
          {t('welcome.sign-up')}
        </ButtonLink>
      </Buttons>
      <h2>{t('welcome.status-title')}</h2>
      <p>{t('welcome.status-text')}</p>
      <p>
        <a href="/status">{t('welcome.status-link')}</a>
      </p>
    </Layout>
  );
}
