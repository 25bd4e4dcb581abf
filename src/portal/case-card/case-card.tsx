import { inLanguage } from '../../platform/agency/index.ts';
import { type Page, Tag, type TagKind } from '../../platform/ui/index.ts';
import {
  type CaseCatalogue,
  type CaseSummary,
  hasEnded,
  needsDoing,
  type Tone,
} from '../../records/cases/index.ts';

const KINDS: Readonly<Record<Tone, TagKind>> = {
  moving: 'neutral',
  'waiting-for-you': 'attention',
  good: 'good',
  bad: 'ended',
  stopped: 'ended',
};

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
  const found = catalogue.statuses.get(status);
  if (found === undefined) return <Tag>{page.words.t('cases.status-unknown')}</Tag>;
  return <Tag kind={KINDS[found.tone]}>{inLanguage(found.label, page.words.language)}</Tag>;
}

/** The name of a form in the reader's language. */
export function formName(page: Page, form: string, catalogue: CaseCatalogue): string {
  const found = catalogue.forms.get(form);
  return found === undefined ? form : inLanguage(found.name, page.words.language);
}

export type CaseListsProps = {
  readonly page: Page;
  readonly cases: readonly CaseSummary[];
  readonly catalogue: CaseCatalogue;
  /** Stands over those that go on, where the page's own title does not say it. */
  readonly heading?: string;
};

/** Cases that go on, then those that have ended under a heading of their own. */
export function CaseLists({ page, cases, catalogue, heading }: CaseListsProps) {
  const isClosed = (each: CaseSummary) => hasEnded(each, catalogue) && !needsDoing(each, catalogue);
  const [open, closed] = [cases.filter((each) => !isClosed(each)), cases.filter(isClosed)];
  const list = (some: readonly CaseSummary[], title: string | undefined) =>
    some.length === 0 ? null : (
      <>
        {title === undefined ? null : <h2>{title}</h2>}
        <ul class="portico-cards">
          {some.map((found) => (
            <CaseCard
              key={found.receipt}
              page={page}
              found={found}
              catalogue={catalogue}
              level={title === undefined ? 2 : 3}
            />
          ))}
        </ul>
      </>
    );
  return (
    <>
      {list(open, heading)}
      {list(closed, page.words.t('cases.closed'))}
    </>
  );
}

type CaseCardProps = {
  readonly page: Page;
  readonly found: CaseSummary;
  readonly catalogue: CaseCatalogue;
  /** The level of its title among the page's headings. */
  readonly level: 2 | 3;
};

/** A case in a list. */
function CaseCard({ page, found, catalogue, level }: CaseCardProps) {
  const { words } = page;
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <li class="portico-case" data-key={found.receipt} data-changes>
      <Heading class="portico-case__title">
        <a href={`/cases/${found.receipt}`}>{formName(page, found.form, catalogue)}</a>
      </Heading>
      <p class="portico-case__receipt">{found.receipt}</p>
      <p class="portico-case__status">
        <StatusTag page={page} status={found.status} catalogue={catalogue} />
      </p>
      <p class="portico-case__changed">{words.t('cases.changed', { date: words.date(found.statusAt) })}</p>
    </li>
  );
}
