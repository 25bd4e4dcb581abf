import { Button, EmptyState, Layout, type Option, type Page, Select } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { ListedDocument } from '../../records/documents/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { DocumentList } from './document-list.tsx';
import { byYear, type DocumentFilter, filtered, isFiltered, yearOf } from './filter.ts';
import { kindName } from './labels.tsx';

export type DocumentsView = {
  readonly page: Page;
  /** All of the person's, newest first. */
  readonly documents: readonly ListedDocument[];
  readonly filter: DocumentFilter;
  readonly templates: NoticeTemplates;
  readonly catalogue: CaseCatalogue;
};

/** From so many on they are worth a filter. */
const FROM_WHICH_FILTERED = 5;
/** From so many on their years are listed to go to. */
const FROM_WHICH_JUMPED = 20;

/** Everything that the agency wrote to a person, by year. */
export function DocumentsPage({ page, documents, filter, templates, catalogue }: DocumentsView) {
  const { t } = page.words;
  const found = filtered(documents, filter);
  const years = byYear(found);
  const caseOf = ({ form, receipt }: ListedDocument) =>
    t('documents.of-case', { form: formName(page, form, catalogue), receipt });
  const isWorthFiltering = documents.length >= FROM_WHICH_FILTERED || isFiltered(filter);
  return (
    <Layout page={page} title={t('documents.title')} width="wide" live="documents">
      <h1>{t('documents.title')}</h1>
      {documents.length === 0 ? (
        <EmptyState title={t('documents.empty-title')}>
          <p>{t('documents.empty-text')}</p>
        </EmptyState>
      ) : (
        <>
          <p class="portico-lead">{t('documents.text')}</p>
          {isWorthFiltering ? (
            <Filters
              page={page}
              documents={documents}
              filter={filter}
              templates={templates}
              caseOf={caseOf}
              count={found.length}
            />
          ) : null}
          {found.length >= FROM_WHICH_JUMPED && years.length > 1 ? (
            <nav class="portico-years" aria-label={t('documents.years')}>
              <ul>
                {years.map(([year]) => (
                  <li key={year}>
                    <a href={`#year-${year}`}>{year}</a>
                  </li>
                ))}
              </ul>
            </nav>
          ) : null}
          {years.map(([year, some]) => (
            <section class="portico-year" key={year} aria-labelledby={`year-${year}`}>
              <h2 id={`year-${year}`}>{year}</h2>
              <DocumentList
                page={page}
                documents={some}
                templates={templates}
                isNew={({ isNew }) => isNew}
                caseOf={({ form, receipt }) => (
                  <CaseName page={page} form={formName(page, form, catalogue)} receipt={receipt} />
                )}
              />
            </section>
          ))}
        </>
      )}
    </Layout>
  );
}

type FiltersView = Pick<DocumentsView, 'page' | 'documents' | 'filter' | 'templates'> & {
  readonly caseOf: (document: ListedDocument) => string;
  readonly count: number;
};

/** Fewer documents, by an address that can be kept. */
function Filters({ page, documents, filter, templates, caseOf, count }: FiltersView) {
  const { t } = page.words;
  const cases = optionsOf(documents, ({ receipt }) => receipt, caseOf);
  const kinds = optionsOf(
    documents,
    ({ type }) => type,
    ({ type }) => kindName(page, type, templates),
  ).toSorted((a, b) => a.label.localeCompare(b.label, page.words.language));
  const years = optionsOf(documents, yearOf, yearOf);
  return (
    <>
      <search aria-label={t('documents.filter-label')}>
        <details class="portico-fold" open={isFiltered(filter)}>
          <summary>{t('documents.filter-open')}</summary>
          <form class="portico-filter" method="get" action="/documents">
            <Select
              name="case"
              label={t('documents.filter-case')}
              placeholder={t('documents.filter-all-cases')}
              options={cases}
              value={filter.case}
            />
            <Select
              name="kind"
              label={t('documents.filter-kind')}
              placeholder={t('documents.filter-all-kinds')}
              options={kinds}
              value={filter.kind}
            />
            <Select
              name="year"
              label={t('documents.filter-year')}
              placeholder={t('documents.filter-all-years')}
              options={years}
              value={filter.year}
            />
            <Button kind="secondary">{t('documents.filter-submit')}</Button>
          </form>
        </details>
      </search>
      {isFiltered(filter) ? (
        <p class="portico-filter__found" role="status">
          {t('documents.found', { count })} <a href="/documents">{t('documents.filter-clear')}</a>
        </p>
      ) : null}
    </>
  );
}

/** What there is to choose from, once each, in the order of the documents. */
function optionsOf(
  documents: readonly ListedDocument[],
  idOf: (document: ListedDocument) => string,
  labelOf: (document: ListedDocument) => string,
): readonly Option[] {
  return [
    ...new Map(
      documents.map((document) => [idOf(document), { value: idOf(document), label: labelOf(document) }]),
    ).values(),
  ];
}
