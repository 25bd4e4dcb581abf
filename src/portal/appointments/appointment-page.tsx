import type { ComponentChildren } from 'preact';
import { inLanguage } from '../../platform/agency/index.ts';
import {
  type AboutLink,
  Alert,
  Button,
  ButtonLink,
  Buttons,
  ContactLinks,
  Form,
  Layout,
  NextStep,
  type Page,
  SummaryList,
  Timeline,
} from '../../platform/ui/index.ts';
import {
  type Appointment,
  type AppointmentRules,
  type AppointmentStep,
  type AppointmentType,
  hasTime,
  mayCancel,
  mayChoose,
  mayMove,
  type OwnAppointment,
} from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { OwnWords } from '../own-words/index.ts';
import { APPOINTMENTS, appointmentPath } from './paths.ts';
import { AskOffice, RulesText } from './rules-text.tsx';
import { StandingTag, standingOf } from './state.tsx';
import { officeName, sayWhen, typeName, When, zoneOf } from './when.tsx';

export const DONE = ['booked', 'moved', 'confirmed', 'cancelled', 'refused'] as const;
/** What was done on the page before. */
export type JustDone = (typeof DONE)[number] | null;

export type AppointmentView = {
  readonly page: Page;
  readonly found: OwnAppointment;
  readonly rules: AppointmentRules;
  readonly catalogue: CaseCatalogue;
  readonly done: JustDone;
};

/** When and where an appointment is, what to bring, and what may be done with it. */
export function AppointmentPage({ page, found, rules, catalogue, done }: AppointmentView) {
  const { t } = page.words;
  const type = rules.types.get(found.type);
  const name = typeName(page, type);
  const standing = standingOf(found, page.now);
  const form = formName(page, found.form, catalogue);
  const isAhead = standing === 'confirm' || standing === 'confirmed';
  return (
    <Layout page={page} title={`${name}, ${found.receipt}`} width="wide" live="appointment">
      <Done page={page} done={done} />
      <p class="portico-caption">
        <a href={`/cases/${found.receipt}`}>
          <CaseName page={page} form={form} receipt={found.receipt} />
        </a>
      </p>
      <h1>{name}</h1>
      <p class="portico-case__status">
        <StandingTag page={page} found={found} />
      </p>
      <WhatNext page={page} found={found} type={type} catalogue={catalogue} />
      <Facts page={page} found={found} type={type} catalogue={catalogue} rules={rules} />
      {isAhead && type !== undefined ? (
        <>
          <Actions page={page} found={found} type={type} />
          <RulesText page={page} found={found} type={type} />
          <Earlier page={page} found={found} type={type} />
        </>
      ) : null}
      {standing === 'done' ? null : <AskOffice page={page} found={found} type={type} />}
      <History page={page} found={found} type={type} />
      <p>
        <a href={APPOINTMENTS}>{t('appointments.all')}</a>
      </p>
    </Layout>
  );
}

function Done({ page, done }: { readonly page: Page; readonly done: JustDone }) {
  const { t } = page.words;
  switch (done) {
    case null:
      return null;
    case 'booked':
      return <Alert page={page} kind="success" title={t('appointments.booked-title')} />;
    case 'moved':
      return (
        <Alert page={page} kind="success" title={t('appointments.moved-title')}>
          <p>{t('appointments.moved-text')}</p>
        </Alert>
      );
    case 'confirmed':
      return <Alert page={page} kind="success" title={t('appointments.confirmed-title')} />;
    case 'cancelled':
      return (
        <Alert page={page} kind="success" title={t('appointments.cancelled-title')}>
          <p>
            {t('appointments.cancelled-text')} <ContactLinks page={page} />
          </p>
        </Alert>
      );
    case 'refused':
      return <Alert page={page} kind="warning" title={t('appointments.refused-title')} />;
  }
}

type Part = {
  readonly page: Page;
  readonly found: Appointment;
  readonly type: AppointmentType | undefined;
};

/** What the person has to do with it now, if anything. */
function WhatNext({ page, found, type, catalogue }: Part & Pick<AppointmentView, 'catalogue'>) {
  const { t, list, calendarDate } = page.words;
  if (found.state === 'offered' && type !== undefined) {
    const may = mayChoose(found, type, { now: page.now, timeZone: page.agency.timeZone });
    const date = found.chooseBy === null ? null : calendarDate(found.chooseBy);
    if (may.is !== 'may')
      return (
        <NextStep eyebrow={t('home.next')} title={t('appointments.offered-title')}>
          {date === null ? null : <p>{t('appointments.choose-over', { date })}</p>}
        </NextStep>
      );
    return (
      <NextStep
        eyebrow={t('home.next')}
        title={t('appointments.offered-title')}
        action={{ href: appointmentPath(found.id, 'times'), text: t('appointments.choose') }}
      >
        <p>
          {t('appointments.offered-text', {
            offices: list(found.offices.map((office) => officeName(page, office, catalogue))),
          })}
        </p>
        {date === null ? null : <p class="portico-task__day">{t('home.due', { date })}</p>}
      </NextStep>
    );
  }
  if (standingOf(found, page.now) !== 'confirm') return null;
  return (
    <NextStep
      eyebrow={t('home.next')}
      title={t('appointments.confirm-title')}
      action={{ href: appointmentPath(found.id, 'confirm'), text: t('appointments.confirm') }}
    >
      <p>{t('appointments.confirm-text')}</p>
    </NextStep>
  );
}

function Facts({ page, found, type, catalogue, rules }: Part & Pick<AppointmentView, 'catalogue' | 'rules'>) {
  const { t, language } = page.words;
  const office = found.office === null ? undefined : catalogue.offices.get(found.office);
  const note = found.history.find(({ note: words }) => words !== null)?.note ?? null;
  const isAhead = found.state === 'fixed' && found.startsAt !== null && found.startsAt > page.now;
  const rows: { term: string; value: ComponentChildren; action?: Parameters<typeof AboutLink>[0] }[] = [];
  if (hasTime(found)) {
    rows.push({
      term: t('appointments.when'),
      value: (
        <>
          <When page={page} startsAt={found.startsAt} zone={found.zone} />
          {type === undefined ? null : <p>{t('appointments.minutes', { minutes: type.minutes })}</p>}
        </>
      ),
    });
    rows.push({
      term: t('appointments.where'),
      value: (
        <address class="portico-request__address">
          {(office?.address ?? [officeName(page, found.office, catalogue)]).map((line) => (
            <bdi key={line}>{line}</bdi>
          ))}
        </address>
      ),
    });
  }
  if (office?.directions != null)
    rows.push({ term: t('appointments.way'), value: inLanguage(office.directions, language) });
  if (office?.access != null)
    rows.push({ term: t('appointments.access'), value: inLanguage(office.access, language) });
  if (type !== undefined) {
    rows.push({ term: t('appointments.what'), value: inLanguage(type.text, language) });
    if (type.bring.length > 0)
      rows.push({
        term: t('appointments.bring'),
        value: (
          <ul>
            {type.bring.map((each) => (
              <li key={inLanguage(each, language)}>{inLanguage(each, language)}</li>
            ))}
          </ul>
        ),
      });
  }
  if (note !== null) rows.push({ term: t('appointments.note'), value: <OwnWords page={page} said={note} /> });
  if (hasTime(found))
    rows.push({
      term: t('appointments.needs'),
      value: sayNeeds(page, found, rules),
      ...(isAhead
        ? {
            action: {
              href: appointmentPath(found.id, 'confirm'),
              text: t('appointments.needs-change'),
              about: t('appointments.needs'),
            },
          }
        : {}),
    });
  return <SummaryList rows={rows} />;
}

function sayNeeds({ words }: Page, { needs }: Appointment, rules: AppointmentRules): string {
  const { t, language, languageName, list } = words;
  const access = needs.access.flatMap((code) => {
    const choice = rules.access.find((each) => each.code === code);
    return choice === undefined ? [] : [inLanguage(choice.label, language)];
  });
  const interpreter =
    needs.interpreter === null
      ? []
      : [t('appointments.interpreter-of', { language: languageName(needs.interpreter) })];
  const all = [...interpreter, ...access];
  return all.length === 0 ? t('appointments.needs-none') : list(all);
}

function Actions({ page, found, type }: Part & { readonly type: AppointmentType }) {
  const { t } = page.words;
  return (
    <Buttons>
      <ButtonLink href={appointmentPath(found.id, 'calendar.ics')} kind="secondary">
        {t('appointments.to-calendar')}
      </ButtonLink>
      {mayMove(found, type, page.now).is === 'may' ? (
        <ButtonLink href={appointmentPath(found.id, 'times')} kind="secondary">
          {t('appointments.move')}
        </ButtonLink>
      ) : null}
      {mayCancel(found, type, page.now).is === 'may' ? (
        <a href={appointmentPath(found.id, 'cancel')}>{t('appointments.cancel')}</a>
      ) : null}
    </Buttons>
  );
}

/** Whether to be told of an earlier time, where it may be moved to one. */
function Earlier({ page, found, type }: Part & { readonly type: AppointmentType }) {
  const { t } = page.words;
  const isWished = found.earlierSince !== null;
  if (!isWished && mayMove(found, type, page.now).is !== 'may') return null;
  return (
    <section aria-labelledby="earlier">
      <h2 id="earlier">{t('appointments.earlier')}</h2>
      <p>{isWished ? t('appointments.earlier-wished') : t('appointments.earlier-text')}</p>
      <Form page={page} action={appointmentPath(found.id, 'earlier')}>
        <Button kind="secondary" name="wish" value={isWished ? 'no' : 'yes'}>
          {isWished ? t('appointments.earlier-stop') : t('appointments.earlier-wish')}
        </Button>
      </Form>
    </section>
  );
}

/** All that was done to it, newest first. */
function History({ page, found, type }: Part) {
  const { t, date, language } = page.words;
  return (
    <section>
      <h2>{t('appointments.history')}</h2>
      <Timeline
        events={found.history.map((step) => {
          const reason = type?.reasons.find(({ code }) => code === step.reason);
          return {
            id: step.id,
            date: date(step.at),
            dateTime: step.at.toISOString(),
            title: t(STEPS[step.did][step.isOfAgency ? 'agency' : 'person']),
            children: (
              <>
                {step.startsAt === null || step.did === 'confirmed' || step.did === 'cancelled' ? null : (
                  <p>{t('appointments.to', { when: sayWhen(page, step.startsAt, zoneOf(page, found)) })}</p>
                )}
                {reason === undefined ? null : (
                  <p>{t('appointments.reason-said', { reason: inLanguage(reason.label, language) })}</p>
                )}
                {step.note === null ? null : (
                  <p>
                    <OwnWords page={page} said={step.note} />
                  </p>
                )}
              </>
            ),
          };
        })}
      />
    </section>
  );
}

const both = <Word,>(word: Word) => ({ agency: word, person: word });
const STEPS = {
  offered: both('appointments.did-offered' as const),
  fixed: both('appointments.did-fixed' as const),
  chosen: both('appointments.did-chosen' as const),
  confirmed: both('appointments.did-confirmed' as const),
  moved: { agency: 'appointments.did-moved-office', person: 'appointments.did-moved' },
  cancelled: { agency: 'appointments.did-cancelled-office', person: 'appointments.did-cancelled' },
  done: both('appointments.did-done' as const),
  missed: both('appointments.did-missed' as const),
} as const satisfies Record<AppointmentStep['did'], unknown>;
