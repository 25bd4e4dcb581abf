import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { type ApiScope, HttpRefusal, type PageScope } from '../../platform/http/index.ts';
import { Button, ButtonLink, Buttons, Form, Layout, type Page } from '../../platform/ui/index.ts';
import { type Alerts, END_PAGE } from '../../records/alerts/index.ts';
import { type TellParts, tellOfEnd } from './change.ts';
import { ALERTS } from './pages.tsx';

const LONGEST = 200;
const Link = z.object({ token: z.string().max(LONGEST).catch('') });
const Query = Link.extend({ ended: z.unknown().optional() });

export type EndingParts = Pick<TellParts, 'clock' | 'notices'> & {
  readonly alerts: Pick<Alerts, 'canEnd' | 'end'>;
  readonly policy: Pick<Policy, 'requests'>;
};

/** Where whoever reads an alert ends alerts by email, signed in or not: by a button, since mail programs open links. */
export function endingRoutes(app: PageScope, parts: EndingParts): void {
  const { alerts, policy } = parts;
  app.get(END_PAGE, { config: { access: 'anyone' } }, async (request, reply) => {
    const { token, ended } = Query.parse(request.query);
    const page = request.page(reply);
    if (ended !== undefined) return reply.page(<EndedPage page={page} />);
    if (!(await alerts.canEnd(token))) return reply.page(<WrongPage page={page} />, 404);
    return reply.page(<EndPage page={page} token={token} />);
  });

  app.post(
    END_PAGE,
    { config: { access: 'anyone', rateLimit: { max: policy.requests.account } } },
    async (request, reply) => {
      const { token } = Link.parse(request.body ?? {});
      if (!(await alerts.end(token, tellOfEnd(parts))))
        return reply.page(<WrongPage page={request.page(reply)} />, 404);
      return reply.redirect(`${END_PAGE}?ended`, 303);
    },
  );
}

/** Mail providers ask for all of their people from a few addresses. */
const MOST_OF_PROVIDER = 3_000;
/** What a one-click POST may come as (RFC 8058 §3.2). It says nothing beyond its address. */
const POSTED_AS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Where mail programs end alerts by email for their reader, by one POST that carries nothing of a browser (RFC 8058 §3.1). */
export function endingByPrograms(api: ApiScope, parts: Omit<EndingParts, 'policy'>): void {
  const { alerts } = parts;
  void api.register(async (child) => {
    child.addContentTypeParser(POSTED_AS, { parseAs: 'buffer' }, (_request, _body, done) => done(null));
    child.get(END_PAGE, { config: { access: 'anyone' } }, (request, reply) => {
      const { token } = Link.parse(request.query);
      return reply.redirect(`${END_PAGE}?${new URLSearchParams({ token })}`, 303);
    });
    child.post(
      END_PAGE,
      { config: { access: 'anyone', rateLimit: { max: MOST_OF_PROVIDER } } },
      async (request, reply) => {
        if (!(await alerts.end(Link.parse(request.query).token, tellOfEnd(parts))))
          throw new HttpRefusal(404);
        return reply.code(204).send();
      },
    );
  });
}

type View = { readonly page: Page };

function EndPage({ page, token }: View & { readonly token: string }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alerts.end-title')}>
      <h1>{t('alerts.end-title')}</h1>
      <p>{t('alerts.end-text')}</p>
      <p>{t('alerts.end-security')}</p>
      <Form page={page} action={END_PAGE}>
        <input type="hidden" name="token" value={token} />
        <Buttons>
          <Button>{t('alerts.end-button')}</Button>
          <ButtonLink href={ALERTS} kind="quiet">
            {t('alerts.ended-link')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Layout>
  );
}

function EndedPage({ page }: View) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alerts.ended-title')}>
      <h1>{t('alerts.ended-title')}</h1>
      <p>{t('alerts.end-security')}</p>
      <p>
        {t('alerts.ended-text')} <a href={ALERTS}>{t('alerts.ended-link')}</a>
      </p>
    </Layout>
  );
}

function WrongPage({ page }: View) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alerts.end-wrong-title')}>
      <h1>{t('alerts.end-wrong-title')}</h1>
      <p>{t('alerts.end-wrong-text')}</p>
      <p>
        <ButtonLink href={ALERTS}>{t('alerts.ended-link')}</ButtonLink>
      </p>
    </Layout>
  );
}
