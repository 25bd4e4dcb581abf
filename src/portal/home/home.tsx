import type { FastifyInstance } from 'fastify';
import { signedIn } from '../../identity/sessions/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import { ButtonLink, EmptyState, Layout, NextStep, type Page } from '../../platform/ui/index.ts';
import {
  byNeed,
  type CaseCatalogue,
  type CaseSummary,
  type Cases,
  needsDoing,
} from '../../records/cases/index.ts';
import { CaseCard } from '../case-card/index.ts';

export type HomeParts = {
  readonly cases: Cases;
  readonly catalogue: CaseCatalogue;
};

/** Home: what needs doing first, then every case. */
export function homeRoutes(app: FastifyInstance, { cases, catalogue }: HomeParts): void {
  app.get(
    '/home',
    signedIn(async (session, request, reply) => {
      const found = byNeed(await cases.casesOf(session.accountId), catalogue);
      return reply.page(<HomePage page={request.page(reply)} cases={found} catalogue={catalogue} />);
    }),
  );
}

function HomePage({
  page,
  cases,
  catalogue,
}: {
  readonly page: Page;
  readonly cases: readonly CaseSummary[];
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const waiting = cases.filter((found) => needsDoing(found, catalogue));
  return (
    <Layout page={page} title={t('home.title')} width="wide">
      <h1>{t('home.title')}</h1>
      {waiting.map((found) => (
        <ToDo key={found.receipt} page={page} found={found} catalogue={catalogue} />
      ))}
      {waiting.length === 0 && cases.length > 0 ? (
        <NextStep eyebrow={t('home.next')} title={t('home.nothing-title')} tone="calm">
          <p>{t('home.nothing-text')}</p>
        </NextStep>
      ) : null}
      {cases.length === 0 ? (
        <EmptyState title={t('home.empty-title')}>
          <p>{t('home.empty-text')}</p>
          <p>
            <ButtonLink href="/cases/add">{t('home.add')}</ButtonLink>
          </p>
        </EmptyState>
      ) : (
        <>
          <h2>{t('home.cases')}</h2>
          <ul class="portico-cards">
            {cases.map((found) => (
              <CaseCard key={found.receipt} page={page} found={found} catalogue={catalogue} />
            ))}
          </ul>
          <p>
            <ButtonLink href="/cases/add" kind="secondary">
              {t('home.add')}
            </ButtonLink>
          </p>
        </>
      )}
    </Layout>
  );
}

function ToDo({
  page,
  found,
  catalogue,
}: {
  readonly page: Page;
  readonly found: CaseSummary;
  readonly catalogue: CaseCatalogue;
}) {
  const { words } = page;
  const status = catalogue.statuses.get(found.status);
  const form = catalogue.forms.get(found.form);
  if (status?.todo == null) return null;
  return (
    <NextStep
      eyebrow={words.t('home.todo', {
        form: form === undefined ? found.form : inLanguage(form.name, words.language),
      })}
      title={inLanguage(status.label, words.language)}
      action={{ href: `/cases/${found.receipt}`, text: words.t('home.todo-action') }}
    >
      <p>{inLanguage(status.todo, words.language)}</p>
    </NextStep>
  );
}
