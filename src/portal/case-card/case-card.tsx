import { inLanguage } from '../../platform/agency/index.ts';
import { type Page, Tag, Verbatim, verbatim } from '../../platform/ui/index.ts';
import {
  type BriefTrack,
  briefly,
  type CaseCatalogue,
  hasEnded,
  markOfStatus,
  nameOfForm,
} from '../../records/cases/index.ts';
import { type CasePerson, type OverviewCase, tasksOf } from '../../records/overview/index.ts';

/** A status as a tag: its words, with the colour of its tone. */
export function StatusTag({
  page,
  status,
  catalogue,
}: {
  readonly page: Page;
  readonly status: string;
  readonly catalogue: CaseCatalogue;
}) {
  const { kind, text } = markOfStatus(status, catalogue, page.words);
  return <Tag kind={kind}>{text}</Tag>;
}

/** The name of a form in the reader's language. */
export const formName = (page: Page, form: string, catalogue: CaseCatalogue): string =>
  nameOfForm(form, catalogue, page.words);

/** Whose cases there are, in the order of the cases. */
export function peopleOf(cases: readonly OverviewCase[]): readonly CasePerson[] {
  return [...new Map(cases.map(({ person }) => [person.id, person])).values()];
}

export type CaseListsProps = {
  readonly page: Page;
  readonly cases: readonly OverviewCase[];
  readonly catalogue: CaseCatalogue;
  /** Stands over those that go on, where the page's own title does not say it. */
  readonly heading?: string;
};

/**
 * Cases that go on, then those that have ended under a heading of their own. Where they are of several people, those that
 * go on stand together by person.
 */
export function CaseLists({ page, cases, catalogue, heading }: CaseListsProps) {
  const waiting = new Set(tasksOf(cases, catalogue).map(({ found }) => found.receipt));
  const isClosed = (each: OverviewCase) => hasEnded(each, catalogue) && !waiting.has(each.receipt);
  const open = cases.filter((each) => !isClosed(each)).toSorted((a, b) => rank(a) - rank(b));
  const closed = cases.filter(isClosed);
  const people = peopleOf(cases);
  const level = heading === undefined ? 2 : 3;
  function rank({ receipt }: OverviewCase) {
    return waiting.has(receipt) ? 0 : 1;
  }
  const list = (some: readonly OverviewCase[], under: 2 | 3 | 4, isNamed = false) => (
    <ul class="portico-cards">
      {some.map((found) => (
        <CaseCard
          key={found.receipt}
          page={page}
          found={found}
          catalogue={catalogue}
          level={under}
          isNamed={isNamed}
        />
      ))}
    </ul>
  );
  const ofPeople = () =>
    people.map((person) => {
      const own = open.filter((each) => each.person.id === person.id);
      const Heading = level === 2 ? 'h2' : 'h3';
      return own.length === 0 ? null : (
        <section key={person.id}>
          <Heading>
            <bdi>{person.name}</bdi>
          </Heading>
          {list(own, level === 2 ? 3 : 4)}
        </section>
      );
    });
  return (
    <>
      {heading === undefined || open.length === 0 ? null : <h2>{heading}</h2>}
      {open.length === 0 ? null : people.length > 1 ? ofPeople() : list(open, level)}
      {closed.length === 0 ? null : (
        <>
          <h2>{page.words.t('cases.closed')}</h2>
          {list(closed, 3, people.length > 1)}
        </>
      )}
    </>
  );
}

const HEADINGS = { 2: 'h2', 3: 'h3', 4: 'h4' } as const;

/** Which case something is about, in a line. */
export function CaseName({
  page,
  form,
  receipt,
}: {
  readonly page: Page;
  readonly form: string;
  readonly receipt: string;
}) {
  return <>{page.words.rich('cases.of-case', { form, receipt, code: verbatim })}</>;
}

/** A case in a list. */
function CaseCard({
  page,
  found,
  catalogue,
  level,
  isNamed,
}: {
  readonly page: Page;
  readonly found: OverviewCase;
  readonly catalogue: CaseCatalogue;
  /** The level of its title among the page's headings. */
  readonly level: 2 | 3 | 4;
  /** Whether it says whose it is, as no heading above it does. */
  readonly isNamed: boolean;
}) {
  const { words } = page;
  const Heading = HEADINGS[level];
  const track = briefly({ form: found.form, statuses: found.events.map(({ status }) => status) }, catalogue);
  return (
    <li class="portico-case" data-key={found.receipt} data-changes>
      <Heading class="portico-case__title">
        <a href={`/cases/${found.receipt}`}>{formName(page, found.form, catalogue)}</a>
      </Heading>
      <p class="portico-case__receipt">
        <Verbatim>{found.receipt}</Verbatim>
        {isNamed ? (
          <>
            {', '}
            <bdi>{found.person.name}</bdi>
          </>
        ) : null}{' '}
        {found.news.length === 0 ? null : <Tag kind="new">{words.t('home.new')}</Tag>}
      </p>
      <p class="portico-case__status">
        <StatusTag page={page} status={found.status} catalogue={catalogue} />
      </p>
      {track === null ? null : <MiniTrack page={page} track={track} catalogue={catalogue} />}
      <p class="portico-case__changed">{words.t('cases.changed', { date: words.date(found.statusAt) })}</p>
    </li>
  );
}

/** How far a case has come, as a bar of its steps and in words. */
function MiniTrack({
  page,
  track,
  catalogue,
}: {
  readonly page: Page;
  readonly track: BriefTrack;
  readonly catalogue: CaseCatalogue;
}) {
  const { t, language } = page.words;
  const { step, of, state } = track;
  const found = catalogue.phases.get(track.phase);
  const phase = found === undefined ? track.phase : inLanguage(found.label, language);
  const text = {
    current: () => t('home.step', { step, of, phase }),
    done: () => t('home.step-done', { phase }),
    stopped: () => t('home.step-stopped', { step, of, phase }),
  }[state]();
  return (
    <div class={`portico-steps portico-steps--${state}`}>
      <div class="portico-steps__bar" aria-hidden="true">
        {Array.from({ length: of }, (_, index) => (
          <span key={index} {...(index < step ? { class: 'portico-steps__reached' } : {})} />
        ))}
      </div>
      <p class="portico-steps__text">{text}</p>
    </div>
  );
}
