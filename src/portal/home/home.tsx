import type { FastifyInstance } from 'fastify';
import { type Ending, EndingAlert, endingOf } from '../../identity/core/endings/index.ts';
import { HoldAlerts, type OpenHold, openHolds } from '../../identity/core/open-recoveries/index.ts';
import { RECOVER } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { Alert, ButtonLink, EmptyState, Layout, NextStep, type Page } from '../../platform/ui/index.ts';
import {
  byNeed,
  type CaseCatalogue,
  type CaseSummary,
  type Cases,
  type Detail,
  detailIn,
  hasEnded,
  needsDoing,
} from '../../records/cases/index.ts';
import { CaseLists } from '../case-card/index.ts';

export type HomeParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly cases: Cases;
  readonly catalogue: CaseCatalogue;
};

/** Home: what needs doing first, then every case. */
export function homeRoutes(app: FastifyInstance, { database, clock, cases, catalogue }: HomeParts): void {
  app.get(
    '/home',
    signedIn(async (session, request, reply) => {
      const found = byNeed(await cases.casesOf(session.accountId), catalogue);
      const waiting = found.filter((each) => needsDoing(each, catalogue));
      const details = await cases.newestDetails(
        session.accountId,
        waiting.map(({ receipt }) => receipt),
      );
      return reply.page(
        <HomePage
          page={request.page(reply)}
          ending={session.alarmed ? null : endingOf(request.query)}
          isProtected={session.alarmed}
          holds={await openHolds(database, clock, session.accountId)}
          cases={found}
          waiting={waiting}
          details={details}
          catalogue={catalogue}
        />,
      );
    }),
  );
}

function HomePage({
  page,
  ending,
  isProtected,
  holds,
  cases,
  waiting,
  details,
  catalogue,
}: {
  readonly page: Page;
  readonly ending: Ending | null;
  /** Whether somebody said of the account: “This wasn’t me.” */
  readonly isProtected: boolean;
  readonly holds: readonly OpenHold[];
  readonly cases: readonly CaseSummary[];
  /** Those that cannot go on without the person. */
  readonly waiting: readonly CaseSummary[];
  /** What the agency said of them, by receipt. */
  readonly details: ReadonlyMap<string, Detail>;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('home.title')} width="wide" live="home">
      <EndingAlert page={page} ending={ending} />
      {isProtected ? (
        <Alert page={page} kind="warning" title={t('alarm.protected-title')}>
          <p>{t('home.protected')}</p>
          <p>
            <a href={RECOVER}>{t('alarm.recover')}</a>
          </p>
        </Alert>
      ) : null}
      <h1>{t('home.title')}</h1>
      <HoldAlerts page={page} holds={holds} isAlarmed={isProtected} />
      {waiting.map((found) => (
        <ToDo
          key={found.receipt}
          page={page}
          found={found}
          detail={details.get(found.receipt)}
          catalogue={catalogue}
        />
      ))}
      {waiting.length === 0 && cases.some((each) => !hasEnded(each, catalogue)) ? (
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
          <CaseLists page={page} cases={cases} catalogue={catalogue} heading={t('home.cases')} />
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
  detail,
  catalogue,
}: {
  readonly page: Page;
  readonly found: CaseSummary;
  readonly detail: Detail | undefined;
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
      {detail === undefined ? null : (
        <p>
          <bdi>{detailIn(detail, words.language)}</bdi>
        </p>
      )}
      <p>{inLanguage(status.todo, words.language)}</p>
    </NextStep>
  );
}
