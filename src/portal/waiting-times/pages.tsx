import type { ComponentChildren } from 'preact';
import { inLanguage } from '../../platform/agency/index.ts';
import { ButtonLink, Layout, Lead, type Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue, Form } from '../../records/cases/index.ts';
import type { FormTime, WaitingTime } from '../../records/waiting-times/index.ts';
import {
  FewDecisions,
  lastDay,
  officeName,
  sayMiddle,
  sayMonths,
  sayRange,
  scaleTo,
  WaitAxis,
  WaitBar,
  WaitFigure,
} from '../wait-figure/index.ts';

type TimesView = {
  readonly page: Page;
  readonly times: readonly FormTime[];
  readonly catalogue: CaseCatalogue;
};

/** Every form with how long it takes, on one line of days. */
export function WaitingTimesPage({ page, times, catalogue }: TimesView) {
  const { t, language } = page.words;
  const byForm = new Map(times.map((time) => [time.form, time]));
  const rows = [...catalogue.forms.values()].map((form) => ({
    id: form.code,
    name: (
      <>
        <a href={`/waiting-times/${form.code}`}>{inLanguage(form.name, language)}</a>
        <p class="portico-quiet portico-waits__purpose">{inLanguage(form.purpose, language)}</p>
      </>
    ),
    time: byForm.get(form.code),
  }));
  return (
    <Layout page={page} title={t('waits.title')} width="wide">
      <h1>{t('waits.title')}</h1>
      <Lead>{t('waits.lead')}</Lead>
      <TimesTable page={page} caption={t('waits.all')} first={t('waits.form')} rows={rows} />
      <Yours page={page} />
      <HowWeCount page={page} />
    </Layout>
  );
}

/** One form: its picture, and its offices. */
export function FormTimesPage({ page, form, times, catalogue }: TimesView & { readonly form: Form }) {
  const { t, language } = page.words;
  const ofAll = times.find(({ office }) => office === null);
  const byOffice = new Map(times.map((time) => [time.office, time]));
  const rows = [...catalogue.offices.keys()].map((office) => ({
    id: office,
    name: officeName(page, office, catalogue),
    time: byOffice.get(office),
  }));
  const name = inLanguage(form.name, language);
  return (
    <Layout page={page} title={`${name}: ${t('waits.title')}`} width="wide">
      <p class="portico-caption">
        <a href="/waiting-times">{t('waits.back')}</a>
      </p>
      <h1>{name}</h1>
      <Lead>{inLanguage(form.purpose, language)}</Lead>
      {ofAll === undefined ? (
        <FewDecisions page={page} form={form} />
      ) : (
        <WaitFigure page={page} time={ofAll} catalogue={catalogue} askAfter={form.askAfter ?? ofAll.high} />
      )}
      {rows.length < 2 || ofAll === undefined ? null : (
        <>
          <h2>{t('waits.by-office')}</h2>
          <p>{t('waits.by-office-text')}</p>
          <TimesTable page={page} caption={t('waits.by-office')} first={t('waits.where')} rows={rows} />
        </>
      )}
      <Yours page={page} />
      <HowWeCount page={page} />
    </Layout>
  );
}

type TimesRow = {
  readonly id: string;
  readonly name: ComponentChildren;
  readonly time: WaitingTime | undefined;
};

/** Waiting times under one another on one line of days. On a phone each row is a block. */
function TimesTable({
  page,
  caption,
  first,
  rows,
}: {
  readonly page: Page;
  readonly caption: string;
  readonly first: string;
  readonly rows: readonly TimesRow[];
}) {
  const { t } = page.words;
  const scale = scaleTo(rows.map(({ time }) => (time === undefined ? 0 : lastDay(time))));
  return (
    <table class="portico-table portico-waits">
      <caption class="usa-sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          <th scope="col">{t('waits.half')}</th>
          <th scope="col">{t('waits.most')}</th>
          <th scope="col" class="portico-waits__bar">
            <span class="usa-sr-only">{t('waits.picture')}</span>
            <WaitAxis page={page} scale={scale} />
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, time }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            {time === undefined ? (
              <td colSpan={3} class="portico-quiet">
                {t('waits.few')}
              </td>
            ) : (
              <>
                <td class="portico-waits__half" data-label={t('waits.half')}>
                  <Middle page={page} time={time} />
                </td>
                <td class="portico-waits__range" data-label={t('waits.most')}>
                  {sayRange(page, time)}
                </td>
                <td class="portico-waits__bar">
                  <WaitBar page={page} time={time} scale={scale} />
                </td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Middle({ page, time }: { readonly page: Page; readonly time: WaitingTime }) {
  const months = time.middle === null ? null : sayMonths(page, time.middle);
  if (time.middle === null || months === null) return <>{sayMiddle(page, time)}</>;
  return (
    <>
      {page.words.t('waits.days', { count: time.middle })} <span class="portico-quiet">{months}</span>
    </>
  );
}

function Yours({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <>
      <h2>{t('waits.yours-title')}</h2>
      <p>{t('waits.yours-text')}</p>
      <p>
        {page.visitor.is === 'signed-in' ? (
          <ButtonLink href="/cases">{t('waits.yours-cases')}</ButtonLink>
        ) : (
          <ButtonLink href="/status">{t('waits.yours-link')}</ButtonLink>
        )}
      </p>
    </>
  );
}

function HowWeCount({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <>
      <h2 id="how">{t('waits.how-title')}</h2>
      <ul class="portico-list">
        <li>{t('waits.how-start')}</li>
        <li>{t('waits.how-reopened')}</li>
        <li>{t('waits.how-moved')}</li>
        <li>{t('waits.how-stopped')}</li>
        <li>{t('waits.how-open')}</li>
        <li>{t('waits.how-range')}</li>
        <li>{t('waits.how-method')}</li>
      </ul>
    </>
  );
}
