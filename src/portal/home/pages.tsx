import type { ComponentChildren } from 'preact';
import { type Ending, EndingAlert } from '../../identity/core/endings/index.ts';
import { HoldAlerts, type OpenHold } from '../../identity/core/open-recoveries/index.ts';
import { RECOVER } from '../../identity/session/alarm/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import {
  Alert,
  ButtonLink,
  EmptyState,
  Layout,
  NextStep,
  type Page,
  verbatim,
} from '../../platform/ui/index.ts';
import type { AppointmentRules } from '../../records/appointments/index.ts';
import { type CaseCatalogue, hasEnded } from '../../records/cases/index.ts';
import type { ConversationSummary, Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import {
  findCases,
  type OverviewCase,
  type Task,
  tasksOf,
  type Wanted,
} from '../../records/overview/index.ts';
import { standing, today } from '../../records/waiting-times/index.ts';
import { ALERTS } from '../alerts/index.ts';
import { CaseLists, CaseName, FindCases, FROM_WHICH_FOUND, formName, peopleOf } from '../case-card/index.ts';
import { NoticeAskText } from '../documents/index.ts';
import { DueDay } from '../due-day/index.ts';
import { OwnWords } from '../own-words/index.ts';
import { AppointmentTask, NextAppointment } from './appointments.tsx';
import { NewsList } from './news.tsx';

export type HomeView = {
  readonly page: Page;
  readonly ending: Ending | null;
  /** Whether somebody said of the account: “This wasn’t me.” */
  readonly isProtected: boolean;
  readonly holds: readonly OpenHold[];
  readonly cases: readonly OverviewCase[];
  /** What was not read. */
  readonly unread: readonly ConversationSummary[];
  /** Whether mail to the person comes back. */
  readonly isUnreachable: boolean;
  readonly wanted: Wanted;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly topics: Topics;
  readonly rules: AppointmentRules;
};

/** Whose turn it is in each case, what is new, and the cases themselves. */
export function HomePage(view: HomeView) {
  const {
    page,
    ending,
    isProtected,
    holds,
    cases,
    unread,
    isUnreachable,
    wanted,
    catalogue,
    templates,
    topics,
    rules,
  } = view;
  const { t } = page.words;
  const isSearched = cases.length >= FROM_WHICH_FOUND;
  const found = isSearched ? findCases(cases, wanted, catalogue) : cases;
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
      <Tasks
        page={page}
        cases={cases}
        isUnreachable={isUnreachable}
        catalogue={catalogue}
        templates={templates}
        rules={rules}
      />
      <NextAppointment page={page} cases={cases} rules={rules} catalogue={catalogue} />
      <NewsList
        page={page}
        cases={cases}
        unread={unread}
        catalogue={catalogue}
        templates={templates}
        topics={topics}
      />
      <Others page={page} cases={cases} catalogue={catalogue} />
      {cases.length === 0 ? (
        <EmptyState title={t('home.empty-title')}>
          <p>{t('home.empty-text')}</p>
          <p>
            <ButtonLink href="/cases/add">{t('home.add')}</ButtonLink>
          </p>
        </EmptyState>
      ) : (
        <>
          {isSearched ? (
            <>
              <h2>{t('home.cases')}</h2>
              <FindCases page={page} action="/home" wanted={wanted} count={found.length} />
            </>
          ) : null}
          <CaseLists
            page={page}
            cases={found}
            catalogue={catalogue}
            {...(isSearched ? {} : { heading: t('home.cases') })}
          />
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

type CasesView = Pick<HomeView, 'page' | 'cases' | 'catalogue'>;

/** What the person has to do, by day; or that it is nothing. */
function Tasks({
  page,
  cases,
  isUnreachable,
  catalogue,
  templates,
  rules,
}: CasesView & Pick<HomeView, 'isUnreachable' | 'templates' | 'rules'>) {
  const { t } = page.words;
  const tasks = tasksOf(cases, catalogue);
  const isOneOfMany = peopleOf(cases).length > 1;
  if (tasks.length > 0 || isUnreachable)
    return (
      <section>
        <h2>{t('home.todo-title')}</h2>
        <ol class="portico-tasks">
          {tasks.map((task) => (
            <TaskCard
              key={keyOf(task)}
              page={page}
              task={task}
              isOneOfMany={isOneOfMany}
              catalogue={catalogue}
              templates={templates}
              rules={rules}
            />
          ))}
          {isUnreachable ? <CheckEmail page={page} /> : null}
        </ol>
      </section>
    );
  return cases.some((each) => !hasEnded(each, catalogue)) ? (
    <NextStep eyebrow={t('home.next')} title={t('home.nothing-title')} tone="calm">
      <p>{t('home.nothing-text')}</p>
    </NextStep>
  ) : null;
}

/** What comes after all that has a day: without it the person hears of none. */
function CheckEmail({ page: { words } }: Pick<HomeView, 'page'>) {
  return (
    <li class="portico-task" data-key="email">
      <h3>{words.t('alerts.task')}</h3>
      <p>{words.t('alerts.task-text')}</p>
      <p>
        <ButtonLink href={ALERTS}>{words.t('alerts.task-action')}</ButtonLink>
      </p>
    </li>
  );
}

function keyOf(task: Task): string {
  switch (task.is) {
    case 'send-papers':
      return task.request;
    case 'as-notice-says':
      return task.ask.notice;
    case 'choose-time':
    case 'confirm-time':
      return task.appointment.id;
    case 'as-status-says':
      return task.found.receipt;
  }
}

function TaskCard({
  page,
  task,
  isOneOfMany,
  catalogue,
  templates,
  rules,
}: {
  readonly page: Page;
  readonly task: Task;
  /** Whether the person's account has cases of others too. */
  readonly isOneOfMany: boolean;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly rules: AppointmentRules;
}) {
  const { words } = page;
  const { t, language } = words;
  const { found } = task;
  const form = formName(page, found.form, catalogue);
  const about = isOneOfMany ? (
    words.rich('home.of-person', {
      form,
      person: found.person.name,
      receipt: found.receipt,
      code: verbatim,
    })
  ) : (
    <CaseName page={page} form={form} receipt={found.receipt} />
  );
  switch (task.is) {
    case 'send-papers':
      return (
        <li class="portico-task" data-key={task.request}>
          <p class="portico-task__about">{about}</p>
          <h3>{t('home.task-papers')}</h3>
          <p class="portico-task__day">
            <DueDay page={page} dueOn={task.dueOn} />
          </p>
          <p>{t('home.task-papers-text')}</p>
          <p>
            <ButtonLink href={`/cases/${found.receipt}#request-${task.request}`}>
              {t('home.task-papers-action')}
            </ButtonLink>
          </p>
        </li>
      );
    case 'as-notice-says':
      return (
        <li class="portico-task" data-key={task.ask.notice}>
          <p class="portico-task__about">{about}</p>
          <NoticeAskText page={page} ask={task.ask} templates={templates} />
        </li>
      );
    case 'choose-time':
    case 'confirm-time':
      return (
        <li class="portico-task" data-key={task.appointment.id} data-changes>
          <p class="portico-task__about">{about}</p>
          <AppointmentTask page={page} task={task} rules={rules} />
        </li>
      );
    case 'as-status-says': {
      const status = catalogue.statuses.get(found.status);
      return (
        <li class="portico-task" data-key={found.events.at(-1)?.id}>
          <p class="portico-task__about">{about}</p>
          <h3>{status === undefined ? t('cases.status-unknown') : inLanguage(status.label, language)}</h3>
          <p class="portico-task__about">{t('home.since', { date: words.date(task.since) })}</p>
          {found.detail === null ? null : (
            <p>
              <OwnWords page={page} said={found.detail} />
            </p>
          )}
          {status?.todo == null ? null : <p>{inLanguage(status.todo, language)}</p>}
          <p>
            <ButtonLink href={`/cases/${found.receipt}`}>{t('home.todo-action')}</ButtonLink>
          </p>
        </li>
      );
    }
  }
}

/** Since when the agency may be asked about a case that waits longer than usual; null where it does not. */
function pastWait(page: Page, { form, wait }: OverviewCase, catalogue: CaseCatalogue): CalendarDate | null {
  if (wait === null) return null;
  const own = standing(wait, {
    askAfter: catalogue.forms.get(form)?.askAfter ?? null,
    today: today(page.now, page.agency.timeZone),
  });
  return own.is === 'waiting' && own.ask?.isPast === true ? own.ask.on : null;
}

function PastWait({
  page,
  found,
  catalogue,
}: Pick<CasesView, 'page' | 'catalogue'> & { readonly found: OverviewCase }) {
  const since = pastWait(page, found, catalogue);
  if (since === null) return null;
  const { words } = page;
  return (
    <p class="portico-others__past">
      {words.rich('home.past-wait', {
        date: words.calendarDate(since),
        link: (chunks: ComponentChildren) => <a href={`/cases/${found.receipt}#wait`}>{chunks}</a>,
      })}
    </p>
  );
}

/** Most cases of which home says what others do; the cards below say it of all. */
const MOST_OTHERS = 5;

/** What the agency is doing, apart from what the person has to do. */
function Others({ page, cases, catalogue }: CasesView) {
  const { t, language } = page.words;
  const waiting = new Set(tasksOf(cases, catalogue).map(({ found }) => found.receipt));
  const isPast = (found: OverviewCase) => pastWait(page, found, catalogue) !== null;
  const moving = cases
    .flatMap((found) => {
      const status = catalogue.statuses.get(found.status);
      return status === undefined || status.ends || waiting.has(found.receipt) ? [] : [{ found, status }];
    })
    .toSorted((a, b) => Number(isPast(b.found)) - Number(isPast(a.found)));
  if (moving.length === 0) return null;
  return (
    <section>
      <h2>{t('home.others-title')}</h2>
      <p>{t('home.others-text')}</p>
      <ul class="portico-others">
        {moving.slice(0, MOST_OTHERS).map(({ found, status }) => (
          <li key={found.receipt}>
            <p>
              <a href={`/cases/${found.receipt}`}>{formName(page, found.form, catalogue)}</a>{' '}
              <span class="portico-others__status">{inLanguage(status.label, language)}</span>
            </p>
            <p>{inLanguage(status.next, language)}</p>
            <PastWait page={page} found={found} catalogue={catalogue} />
          </li>
        ))}
      </ul>
    </section>
  );
}
