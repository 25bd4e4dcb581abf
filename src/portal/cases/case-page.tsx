import { inLanguage } from '../../platform/agency/index.ts';
import {
  Alert,
  ButtonLink,
  ContactLinks,
  Layout,
  NextStep,
  type Page,
  PrintButton,
  SummaryList,
  Tag,
  Timeline,
  Track,
  Verbatim,
  verbatim,
} from '../../platform/ui/index.ts';
import type { AppointmentRules } from '../../records/appointments/index.ts';
import { type CaseCatalogue, needsDoing, progress, type StepBack } from '../../records/cases/index.ts';
import { fits, type Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { CaseOverview } from '../../records/overview/index.ts';
import { AppointmentCards } from '../appointments/index.ts';
import { formName, StatusTag } from '../case-card/index.ts';
import { DocumentList, NoticeAskText } from '../documents/index.ts';
import { aboutCasePath, ConversationList } from '../inbox/index.ts';
import { OwnWords } from '../own-words/index.ts';
import { CaseWaitFigure } from '../wait-figure/index.ts';
import { Requests } from './requests.tsx';

type CaseView = {
  readonly page: Page;
  readonly found: CaseOverview;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly rules: AppointmentRules;
  readonly topics: Topics;
  /** How many others came with it when it was added just now; undefined when it was not. */
  readonly added?: number | undefined;
};

/** Where a case stands: how far it has come, what to do, what comes next, and all that happened. */
export function CasePage({ page, found, catalogue, templates, topics, rules, added }: CaseView) {
  const { words } = page;
  const { t } = words;
  const name = formName(page, found.form, catalogue);
  const track = progress(found, catalogue);
  const isNew = (ref: string | undefined) => found.news.some((news) => news.ref === ref);
  return (
    <Layout page={page} title={`${name}, ${found.receipt}`} width="wide" live="case">
      {added === undefined ? null : (
        <Alert page={page} kind="success" title={t('cases.added')}>
          {added === 0 ? null : <p>{t('cases.added-more', { count: added })}</p>}
        </Alert>
      )}
      <p class="portico-caption">{words.rich('cases.receipt', { receipt: found.receipt, code: verbatim })}</p>
      <h1>{name}</h1>
      <p class="portico-case__status">
        <StatusTag page={page} status={found.status} catalogue={catalogue} />
        {isNew(found.events[0]?.id) ? <Tag kind="new">{t('home.new')}</Tag> : null}{' '}
        {t('cases.changed', { date: words.date(found.statusAt) })}
      </p>
      <Now page={page} found={found} catalogue={catalogue} />
      {found.asks.length === 0 ? null : (
        <>
          <h2>{t('home.todo-title')}</h2>
          <ul class="portico-tasks">
            {found.asks.map((ask) => (
              <li class="portico-task" key={ask.notice} data-key={ask.notice}>
                <NoticeAskText page={page} ask={ask} templates={templates} />
              </li>
            ))}
          </ul>
        </>
      )}
      {found.appointments.length === 0 ? null : (
        <>
          <h2>{t('appointments.nav')}</h2>
          <AppointmentCards
            page={page}
            appointments={found.appointments}
            rules={rules}
            catalogue={catalogue}
          />
        </>
      )}
      <Requests page={page} requests={found.requests} isNew={isNew} />
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
      {track.back === null ? null : (
        <WentBack page={page} found={found} back={track.back} catalogue={catalogue} />
      )}
      {found.documents.length === 0 ? null : (
        <>
          <h2>{t('cases.documents')}</h2>
          <DocumentList
            page={page}
            documents={found.documents}
            templates={templates}
            isNew={({ id }) => isNew(id)}
          />
        </>
      )}
      <Messages page={page} found={found} topics={topics} />
      <h2 id="wait">{t('waits.title')}</h2>
      <CaseWaitFigure page={page} form={found.form} wait={found.wait} whose="yours" catalogue={catalogue} />
      <Before page={page} found={found} catalogue={catalogue} />
      <h2>{t('cases.about')}</h2>
      <SummaryList
        rows={[
          { term: t('cases.receipt-number'), value: <Verbatim>{found.receipt}</Verbatim> },
          { term: t('cases.form'), value: `${name} (${found.form})` },
          { term: t('cases.person'), value: <bdi>{found.person.name}</bdi> },
          { term: t('cases.last-changed'), value: words.date(found.statusAt) },
        ]}
      />
      <p>
        <PrintButton page={page} />
      </p>
    </Layout>
  );
}

type PartView = Pick<CaseView, 'page' | 'found' | 'catalogue'>;

/** Where the case stands, whose turn it is, and what comes next. */
function Now({ page, found, catalogue }: PartView) {
  const { t, language } = page.words;
  const status = catalogue.statuses.get(found.status);
  if (status === undefined) return null;
  // Where an appointment says when and where, what was said with the status may be of an earlier time.
  const isSaid = found.appointments.some(({ type }) => type === status.appointment);
  const newest = isSaid ? null : found.events[0]?.detail;
  return (
    <NextStep
      eyebrow={needsDoing(found, catalogue) ? t('cases.your-turn') : t('cases.now')}
      title={inLanguage(status.label, language)}
      tone={status.tone === 'waiting-for-you' ? 'attention' : 'calm'}
      about={found.events[0]?.id}
    >
      <p>{inLanguage(status.text, language)}</p>
      {newest == null ? null : (
        <p>
          <OwnWords page={page} said={newest} />
        </p>
      )}
      {status.todo === null ? null : (
        <>
          <h3>{t('cases.todo')}</h3>
          <p>{inLanguage(status.todo, language)}</p>
          <p>
            {t('cases.todo-help')} <ContactLinks page={page} />
          </p>
        </>
      )}
      <h3>{t('cases.next')}</h3>
      <p>{inLanguage(status.next, language)}</p>
    </NextStep>
  );
}

/** What was written about the case, and the way to write more. */
function Messages({ page, found, topics }: Pick<CaseView, 'page' | 'found' | 'topics'>) {
  const { t } = page.words;
  const { conversations, receipt } = found;
  const canWrite = [...topics.values()].some((topic) => fits(topic, receipt));
  if (conversations.length === 0 && !canWrite) return null;
  return (
    <>
      <h2>{t('inbox.title')}</h2>
      {conversations.length === 0 ? null : (
        <ConversationList page={page} conversations={conversations} topics={topics} catalogue={null} />
      )}
      {canWrite ? (
        <p>
          <ButtonLink href={aboutCasePath(receipt)} kind="secondary">
            {t('inbox.new')}
          </ButtonLink>
        </p>
      ) : null}
    </>
  );
}

/** That a case went back, why, and what that does to its wait and to papers. */
function WentBack({ page, found, back, catalogue }: PartView & { readonly back: StepBack }) {
  const { t, date } = page.words;
  const open = found.requests.filter(({ state }) => state === 'open');
  return (
    <Alert page={page} kind="info" title={t('cases.back-title')}>
      <p>
        {t('cases.back-text', {
          date: date(back.at),
          from: phaseName(page, back.from, catalogue),
          to: phaseName(page, back.to, catalogue),
          reason: statusName(page, back.status, catalogue),
        })}
      </p>
      <p>{t('cases.back-wait')}</p>
      {open.map(({ id, dueOn }) => (
        <p key={id}>{t('cases.back-papers', { date: page.words.calendarDate(dueOn) })}</p>
      ))}
      {open.length > 0 || catalogue.statuses.get(found.status)?.papers === true ? null : (
        <p>{t('cases.back-no-papers')}</p>
      )}
    </Alert>
  );
}

/** What happened before what stands above. */
function Before({ page, found, catalogue }: PartView) {
  const { words } = page;
  const isToldAbove = catalogue.statuses.has(found.status);
  const events = isToldAbove ? found.events.slice(1) : found.events;
  if (events.length === 0) return null;
  return (
    <>
      <h2>{words.t('cases.before')}</h2>
      <Timeline
        events={events.map((event) => ({
          id: event.id,
          date: words.date(event.at),
          dateTime: event.at.toISOString(),
          title: statusName(page, event.status, catalogue),
          children: <EventText page={page} event={event} catalogue={catalogue} />,
        }))}
      />
    </>
  );
}

function EventText({
  page,
  event,
  catalogue,
}: {
  readonly page: Page;
  readonly event: CaseOverview['events'][number];
  readonly catalogue: CaseCatalogue;
}) {
  const { language } = page.words;
  const status = catalogue.statuses.get(event.status);
  return (
    <>
      {status === undefined ? null : <p>{inLanguage(status.text, language)}</p>}
      {event.detail === null ? null : (
        <p>
          <OwnWords page={page} said={event.detail} />
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
