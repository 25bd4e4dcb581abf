import { inLanguage } from '../../platform/agency/index.ts';
import { type Page, Tag, type TagKind } from '../../platform/ui/index.ts';
import type { CaseCatalogue, CaseSummary, Tone } from '../../records/cases/index.ts';

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

export type CaseCardProps = {
  readonly page: Page;
  readonly found: CaseSummary;
  readonly catalogue: CaseCatalogue;
  /** The level of its title among the page's headings. */
  readonly level?: 2 | 3;
};

/** A case in a list. */
export function CaseCard({ page, found, catalogue, level = 3 }: CaseCardProps) {
  const { words } = page;
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <li class="portico-case">
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
