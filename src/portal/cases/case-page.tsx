import { inLanguage } from '../../platform/agency/index.ts';
import {
  Alert,
  Layout,
  NextStep,
  type Page,
  PrintButton,
  SummaryList,
  Timeline,
  Track,
} from '../../platform/ui/index.ts';
import {
  type CaseCatalogue,
  type CaseDetails,
  detailIn,
  needsDoing,
  progress,
} from '../../records/cases/index.ts';
import { formName, StatusTag } from '../case-card/index.ts';

type CaseView = {
  readonly page: Page;
  readonly found: CaseDetails;
  readonly catalogue: CaseCatalogue;
  /** How many others came with it when it was added just now; undefined when it was not. */
  readonly added?: number | undefined;
};

/** Where a case stands: how far it has come, what to do, what comes next, and all that happened. */
export function CasePage({ page, found, catalogue, added }: CaseView) {
  const { words } = page;
  const { t, language } = words;
  const name = formName(page, found.form, catalogue);
  const status = catalogue.statuses.get(found.status);
  const newest = found.events[0]?.detail;
  const track = progress(found, catalogue);
  const { phone, email } = page.agency.contact;
  return (
    <Layout page={page} title={`${name}, ${found.receipt}`} width="wide" live="case">
      {added === undefined ? null : (
        <Alert page={page} kind="success" title={t('cases.added')}>
          {added === 0 ? null : <p>{t('cases.added-more', { count: added })}</p>}
        </Alert>
      )}
      <p class="portico-caption">{t('cases.receipt', { receipt: found.receipt })}</p>
      <h1>{name}</h1>
      <p class="portico-case__status">
        <StatusTag page={page} status={found.status} catalogue={catalogue} />{' '}
        {t('cases.changed', { date: words.date(found.statusAt) })}
      </p>
      {status === undefined ? null : (
        <NextStep
          eyebrow={needsDoing(found, catalogue) ? t('cases.your-turn') : t('cases.now')}
          title={inLanguage(status.label, language)}
          tone={status.tone === 'waiting-for-you' ? 'attention' : 'calm'}
        >
          <p>{inLanguage(status.text, language)}</p>
          {newest == null ? null : (
            <p>
              <bdi>{detailIn(newest, language)}</bdi>
            </p>
          )}
          {status.todo === null ? null : (
            <>
              <h3>{t('cases.todo')}</h3>
              <p>{inLanguage(status.todo, language)}</p>
              <p>
                {t('cases.todo-help')} <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>{phone}</a>,{' '}
                <a href={`mailto:${email}`}>{email}</a>
              </p>
            </>
          )}
          <h3>{t('cases.next')}</h3>
          <p>{inLanguage(status.next, language)}</p>
        </NextStep>
      )}
      {track.steps.length === 0 ? null : (
        <Track
          page={page}
          label={t('cases.track')}
          steps={track.steps.map((step) => ({
            title: phaseName(page, step.phase, catalogue),
            state: step.state,
            ...(step.at === null ? {} : { when: words.date(step.at) }),
          }))}
        />
      )}
      {track.movedBack ? <p>{t('cases.moved-back')}</p> : null}
      <h2>{t('cases.history')}</h2>
      <Timeline
        events={found.events.map((event, age) => ({
          id: event.id,
          date: words.date(event.at),
          dateTime: event.at.toISOString(),
          title: statusName(page, event.status, catalogue),
          // What the newest says stands above.
          children:
            age === 0 && status !== undefined ? null : (
              <EventText page={page} event={event} catalogue={catalogue} />
            ),
        }))}
      />
      <h2>{t('cases.about')}</h2>
      <SummaryList
        rows={[
          { term: t('cases.receipt-number'), value: found.receipt },
          { term: t('cases.form'), value: `${name} (${found.form})` },
          {
            term: t('cases.person'),
            value: <bdi>{[found.person.given, found.person.family].filter(Boolean).join(' ')}</bdi>,
          },
          { term: t('cases.last-changed'), value: words.dateTime(found.statusAt) },
        ]}
      />
      <p>
        <PrintButton page={page} />
      </p>
    </Layout>
  );
}

function EventText({
  page,
  event,
  catalogue,
}: {
  readonly page: Page;
  readonly event: CaseDetails['events'][number];
  readonly catalogue: CaseCatalogue;
}) {
  const { language } = page.words;
  const status = catalogue.statuses.get(event.status);
  return (
    <>
      {status === undefined ? null : <p>{inLanguage(status.text, language)}</p>}
      {event.detail === null ? null : (
        <p>
          <bdi>{detailIn(event.detail, language)}</bdi>
        </p>
      )}
    </>
  );
}

function phaseName(page: Page, code: string, catalogue: CaseCatalogue): string {
  const phase = catalogue.phases.get(code);
  return phase === undefined ? code : inLanguage(phase.label, page.words.language);
}

function statusName(page: Page, code: string, catalogue: CaseCatalogue): string {
  const status = catalogue.statuses.get(code);
  return status === undefined
    ? page.words.t('cases.status-unknown')
    : inLanguage(status.label, page.words.language);
}
