import { type ComponentChildren, Fragment } from 'preact';
import { type Page, Table } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import {
  type CaseWait,
  standing,
  today,
  type WaitingTime,
  type WaitStanding,
} from '../../records/waiting-times/index.ts';
import { FewDecisions } from './few.tsx';
import { Range } from './range.tsx';
import { anchorAt, anchorAway, lastDay, type Scale, scaleTo } from './scale.ts';
import { officeName, sayDays, sayMiddle, sayRange } from './texts.ts';

/** Of a picture's width, what the two days at the ends of a range need. */
const ROOM_FOR_DAYS = 12;

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
          <OwnSentence page={page} own={own} whose={whose} /> <AskSentence page={page} own={own} />
        </p>
        <FewDecisions page={page} form={catalogue.forms.get(form)} />
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
          ? words.rich('waits.say-half-open', {
              days: sayDays(page, time.observed),
              b: strongIf(own === undefined),
            })
          : words.rich('waits.say-half', {
              days: sayDays(page, time.middle),
              b: strongIf(own === undefined),
            })}{' '}
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
      <details class="portico-fold">
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

/** One thing is emphasised: the reader's case, or else what is typical. */
const strongIf = (isStrong: boolean) => (chunks: ComponentChildren) => (isStrong ? <b>{chunks}</b> : chunks);

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
  const { place } = scale;
  const isRtl = words.direction === 'rtl';
  const x = (at: number) => `${isRtl ? 100 - at : at}%`;
  const upright = (day: number, top: number, bottom: number, kind: string) => (
    <line class={kind} x1={x(place(day))} x2={x(place(day))} y1={top} y2={bottom} />
  );
  const text = (day: number, y: number, said: string | number, kind = '', anchor = anchorAt(place(day))) => (
    <text class={`portico-wait__text ${kind}`} x={x(place(day))} y={y} text-anchor={anchor}>
      {said}
    </text>
  );
  const { middle } = time;
  // Lines before texts, whose halo keeps them readable where they meet.
  return (
    <svg
      class={`portico-wait__picture${ask === null ? '' : ' portico-wait__picture--tall'}`}
      aria-hidden="true"
    >
      <line class="portico-wait__axis" x1={x(place(0))} x2={x(100)} y1="122" y2="122" />
      {scale.ticks.map((tick) => (
        <Fragment key={tick}>{upright(tick, 122, 128, 'portico-wait__axis')}</Fragment>
      ))}
      <Range time={time} scale={scale} isRtl={isRtl} y={64} height={32} />
      {middle === null ? null : upright(middle, 58, 102, 'portico-wait__middle')}
      {ask === null ? null : upright(ask, 58, 180, 'portico-wait__ask')}
      {own === undefined ? null : (
        <>
          {upright(own.day, 26, 122, 'portico-wait__own')}
          <circle class="portico-wait__own-head" cx={x(place(own.day))} cy="80" r="9" />
        </>
      )}
      {scale.ticks.map((tick) => (
        <Fragment key={tick}>{text(tick, 144, tick, 'portico-wait__tick', 'middle')}</Fragment>
      ))}
      {text(0, 164, words.t('waits.axis'), 'portico-wait__tick')}
      {rangeEnds(time, scale).map(({ day, said }) => (
        <Fragment key={day}>{text(day, 115, said, 'portico-wait__end', 'middle')}</Fragment>
      ))}
      {middle === null
        ? null
        : text(
            middle,
            50,
            words.t('waits.mark-half', { day: middle }),
            '',
            anchorAway(place(middle), own === undefined ? null : place(own.day)),
          )}
      {own === undefined ? null : text(own.day, 18, ownMark(page, own), 'portico-wait__strong')}
      {ask === null ? null : (
        <>
          {text(ask, 198, askMark(page, own))}
          {text(ask, 218, askWhen(page, own, ask), 'portico-wait__strong')}
        </>
      )}
    </svg>
  );
}

/** The days at both ends of the range, or both at once in the middle of one that is too short for two texts. */
function rangeEnds({ low, high }: WaitingTime, { place }: Scale) {
  if (low !== null && high !== null && place(high) - place(low) < ROOM_FOR_DAYS)
    return [{ day: (low + high) / 2, said: low === high ? String(low) : `${low}–${high}` }];
  return [low, high].flatMap((day) => (day === null ? [] : [{ day, said: String(day) }]));
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
  return on === undefined ? words.t('waits.mark-ask-day', { day }) : words.calendarDate(on);
}
