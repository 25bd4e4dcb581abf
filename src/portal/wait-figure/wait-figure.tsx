import type { ComponentChildren } from 'preact';
import { type Page, Table } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import {
  type CaseWait,
  standing,
  today,
  type WaitingTime,
  type WaitStanding,
} from '../../records/waiting-times/index.ts';
import { anchorAt, lastDay, type Scale, scaleTo } from './scale.ts';
import { officeName, sayDays, sayMiddle, sayRange } from './texts.ts';

/** Whose wait is in the picture: the reader's own, or that of whoever has the case. */
export type Whose = 'yours' | 'somebodys';

type CaseWaitProps = {
  readonly page: Page;
  readonly form: string;
  /** The wait as it was read with the case; null where nobody knows when it started. */
  readonly wait: CaseWait | null;
  readonly whose: Whose;
  readonly catalogue: CaseCatalogue;
};

/** How long a case has waited or took, among those like it: as a picture, in a sentence and in a table. */
export function CaseWaitFigure({ page, form, wait, whose, catalogue }: CaseWaitProps) {
  const { t } = page.words;
  if (wait === null) return <p>{t('waits.no-start-text')}</p>;
  const own = standing(wait, {
    askAfter: catalogue.forms.get(form)?.askAfter ?? null,
    today: today(page.now, page.agency.timeZone),
  });
  if (wait.time === null)
    return (
      <>
        <p>
          <OwnSentence page={page} own={own} whose={whose} />
        </p>
        <p>{t('waits.few-text')}</p>
      </>
    );
  const isOfAll = wait.office !== null && wait.time.office === null;
  return (
    <>
      <WaitFigure page={page} time={wait.time} own={{ ...own, whose }} catalogue={catalogue} />
      {isOfAll && own.is === 'waiting' ? (
        <p class="portico-quiet">
          {t('waits.office-few', { office: officeName(page, wait.office, catalogue) })}
        </p>
      ) : null}
    </>
  );
}

export type WaitFigureProps = {
  readonly page: Page;
  readonly time: WaitingTime;
  readonly catalogue: CaseCatalogue;
  /** Where one case stands; without it the picture is of the form alone. */
  readonly own?: WaitStanding & { readonly whose: Whose };
  /** After how many days one may ask, where there is no case to say it of. */
  readonly askAfter?: number | null;
};

/** How long cases take, as one picture with a sentence and a table that say the same. */
export function WaitFigure({ page, time, own, askAfter = null, catalogue }: WaitFigureProps) {
  const { words } = page;
  const { t } = words;
  const ask = own === undefined ? askAfter : own.is === 'waiting' ? (own.ask?.day ?? null) : null;
  const scale = scaleTo([lastDay(time), own?.day ?? 0, ask ?? 0]);
  const { decided, waiting } = time;
  const since = words.calendarDate(time.since);
  const until = words.calendarDate(time.until);
  return (
    <figure class="portico-wait">
      <figcaption class="portico-wait__sentence">
        {own === undefined ? null : <OwnSentence page={page} own={own} whose={own.whose} />}{' '}
        {time.middle === null
          ? t('waits.say-half-open', { days: sayDays(page, time.observed) })
          : t('waits.say-half', { days: sayDays(page, time.middle) })}{' '}
        {time.high === null
          ? t('waits.say-most-open', { days: sayDays(page, time.observed) })
          : t('waits.say-most', { range: sayRange(page, time) })}{' '}
        {own === undefined ? (
          ask === null ? null : (
            t('waits.say-ask-form', { days: sayDays(page, ask) })
          )
        ) : (
          <AskSentence page={page} own={own} />
        )}
      </figcaption>
      <Picture page={page} time={time} own={own} ask={ask} scale={scale} />
      <p class="portico-quiet">
        {t('waits.basis', {
          where: officeName(page, time.office, catalogue),
          decided,
          waiting,
          since,
          until,
        })}
      </p>
      <details class="portico-wait__numbers">
        <summary>{t('waits.table')}</summary>
        <Table
          caption={t('waits.table')}
          captionHidden
          columns={[t('waits.what'), t('waits.number')]}
          rows={[
            ...ownRows(page, own),
            { id: 'half', cells: [t('waits.half'), sayMiddle(page, time)] },
            { id: 'most', cells: [t('waits.most'), sayRange(page, time)] },
            ...askRows(page, own, ask),
            { id: 'counted', cells: [t('waits.counted'), t('waits.counted-value', { decided, waiting })] },
            { id: 'when', cells: [t('waits.when'), t('waits.when-value', { since, until })] },
            { id: 'where', cells: [t('waits.where'), officeName(page, time.office, catalogue)] },
          ]}
        />
      </details>
    </figure>
  );
}

function OwnSentence({
  page,
  own,
  whose,
}: {
  readonly page: Page;
  readonly own: WaitStanding;
  readonly whose: Whose;
}) {
  const { t } = page.words;
  const days = sayDays(page, own.day);
  switch (own.is) {
    case 'waiting':
      return <b>{whose === 'yours' ? t('waits.say-you', { days }) : t('waits.say-case', { days })}</b>;
    case 'decided':
      return <b>{t('waits.say-decided', { days })}</b>;
    case 'stopped':
      return <b>{t('waits.say-stopped', { days })}</b>;
  }
}

function AskSentence({ page, own }: { readonly page: Page; readonly own: WaitStanding }) {
  if (own.is !== 'waiting' || own.ask === null) return null;
  const { words, agency } = page;
  const { on, day, isPast } = own.ask;
  const date = words.calendarDate(on);
  return isPast
    ? words.rich('waits.say-ask-now', {
        date,
        day,
        link: (chunks: ComponentChildren) => <a href={`mailto:${agency.contact.email}`}>{chunks}</a>,
      })
    : words.rich('waits.say-ask', { date, day, b: (chunks: ComponentChildren) => <b>{chunks}</b> });
}

function ownRows(page: Page, own: WaitFigureProps['own']) {
  if (own === undefined) return [];
  const { t } = page.words;
  const waits = own.whose === 'yours' ? t('waits.your-wait') : t('waits.case-wait');
  return [{ id: 'own', cells: [own.is === 'waiting' ? waits : t('waits.took'), sayDays(page, own.day)] }];
}

function askRows(page: Page, own: WaitFigureProps['own'], day: number | null) {
  if (day === null) return [];
  const { words } = page;
  const on = own?.is === 'waiting' ? own.ask?.on : undefined;
  const value =
    on === undefined
      ? words.t('waits.ask-day', { day })
      : words.t('waits.ask-value', { date: words.calendarDate(on), day });
  return [{ id: 'ask', cells: [words.t('waits.ask'), value] }];
}

type PictureProps = {
  readonly page: Page;
  readonly time: WaitingTime;
  readonly own: WaitFigureProps['own'];
  readonly ask: number | null;
  readonly scale: Scale;
};

/** The picture itself, in percent of its width and pixels of its height, so that its texts are as large on a phone. */
function Picture({ page, time, own, ask, scale }: PictureProps) {
  const { words } = page;
  const isRtl = words.direction === 'rtl';
  const x = (place: number) => `${isRtl ? 100 - place : place}%`;
  const from = scale.place(time.low ?? time.observed);
  const to = time.high === null ? 100 : scale.place(time.high);
  const text = (place: number, y: number, said: string, kind: string) => (
    <text class={`portico-wait__text ${kind}`} x={x(place)} y={y} text-anchor={anchorAt(place)}>
      {said}
    </text>
  );
  return (
    <svg
      class={`portico-wait__picture${ask === null ? '' : ' portico-wait__picture--tall'}`}
      aria-hidden="true"
    >
      <line class="portico-wait__axis" x1={x(scale.place(0))} x2={x(100)} y1="122" y2="122" />
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line
            class="portico-wait__axis"
            x1={x(scale.place(tick))}
            x2={x(scale.place(tick))}
            y1="122"
            y2="128"
          />
          <text
            class="portico-wait__text portico-wait__tick"
            x={x(scale.place(tick))}
            y="144"
            text-anchor="middle"
          >
            {tick}
          </text>
        </g>
      ))}
      <text class="portico-wait__text portico-wait__tick" x={x(scale.place(0))} y="164" text-anchor="start">
        {words.t('waits.axis')}
      </text>
      <rect
        class={`portico-wait__range${time.high === null ? ' portico-wait__range--open' : ''}`}
        x={x(isRtl ? to : from)}
        y="64"
        width={`${to - from}%`}
        height="32"
      />
      <Ends page={page} time={time} scale={scale} x={x} />
      {time.middle === null ? null : (
        <>
          <line
            class="portico-wait__middle"
            x1={x(scale.place(time.middle))}
            x2={x(scale.place(time.middle))}
            y1="58"
            y2="102"
          />
          {text(scale.place(time.middle), 50, words.t('waits.mark-half', { day: time.middle }), '')}
        </>
      )}
      {ask === null ? null : (
        <>
          <line
            class="portico-wait__ask"
            x1={x(scale.place(ask))}
            x2={x(scale.place(ask))}
            y1="58"
            y2="178"
          />
          {text(scale.place(ask), 196, askMark(page, own), '')}
          {text(scale.place(ask), 216, askWhen(page, own, ask), 'portico-wait__strong')}
        </>
      )}
      {own === undefined ? null : (
        <>
          <line
            class="portico-wait__own"
            x1={x(scale.place(own.day))}
            x2={x(scale.place(own.day))}
            y1="26"
            y2="122"
          />
          <circle class="portico-wait__own-head" cx={x(scale.place(own.day))} cy="80" r="9" />
          {text(scale.place(own.day), 18, ownMark(page, own), 'portico-wait__strong')}
        </>
      )}
    </svg>
  );
}

/** The days at the ends of the range, outside of it where there is room. */
function Ends({
  time,
  scale,
  x,
}: {
  readonly page: Page;
  readonly time: WaitingTime;
  readonly scale: Scale;
  readonly x: (place: number) => string;
}) {
  const end = (day: number, anchor: 'start' | 'middle' | 'end') => (
    <text
      class="portico-wait__text portico-wait__end"
      x={x(scale.place(day))}
      y="114"
      text-anchor={anchor}
      key={anchor}
    >
      {day}
    </text>
  );
  return (
    <>
      {time.low === null ? null : end(time.low, 'middle')}
      {time.high === null ? null : end(time.high, 'middle')}
    </>
  );
}

function ownMark({ words }: Page, own: NonNullable<WaitFigureProps['own']>): string {
  const { day } = own;
  switch (own.is) {
    case 'waiting':
      return own.whose === 'yours' ? words.t('waits.mark-you', { day }) : words.t('waits.mark-case', { day });
    case 'decided':
      return words.t('waits.mark-decided', { day });
    case 'stopped':
      return words.t('waits.mark-stopped', { day });
  }
}

function askMark({ words }: Page, own: WaitFigureProps['own']): string {
  return own === undefined ? words.t('waits.mark-ask-form') : words.t('waits.mark-ask');
}

function askWhen({ words }: Page, own: WaitFigureProps['own'], day: number): string {
  const on = own?.is === 'waiting' ? own.ask?.on : undefined;
  return on === undefined ? String(day) : words.calendarDate(on);
}
