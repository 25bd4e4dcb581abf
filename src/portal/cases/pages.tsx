import type { Typed } from '../../platform/http/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  EmptyState,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
} from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { findCases, type OverviewCase, type Wanted } from '../../records/overview/index.ts';
import { CaseLists, FindCases, FROM_WHICH_FOUND } from '../case-card/index.ts';
import { receiptHint } from '../receipt-field/index.ts';

/** Every case of a person. */
export function CasesPage({
  page,
  cases,
  wanted,
  catalogue,
}: {
  readonly page: Page;
  readonly cases: readonly OverviewCase[];
  readonly wanted: Wanted;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const isSearched = cases.length >= FROM_WHICH_FOUND;
  const found = isSearched ? findCases(cases, wanted, catalogue) : cases;
  return (
    <Layout page={page} title={t('cases.title')} width="wide" live="cases">
      <h1>{t('cases.title')}</h1>
      {isSearched ? <FindCases page={page} action="/cases" wanted={wanted} count={found.length} /> : null}
      {cases.length === 0 ? (
        <EmptyState title={t('home.empty-title')}>
          <p>{t('home.empty-text')}</p>
        </EmptyState>
      ) : (
        <CaseLists page={page} cases={found} catalogue={catalogue} />
      )}
      <p>
        <ButtonLink href="/cases/add" kind={cases.length === 0 ? 'primary' : 'secondary'}>
          {t('home.add')}
        </ButtonLink>
      </p>
    </Layout>
  );
}

export type AddCaseView = {
  readonly page: Page;
  readonly typed: Typed;
  readonly errors?: readonly FieldError[];
  /** Whether no case matched: what was compared besides is said then. */
  readonly unmatched?: boolean;
};

/** Claims a case with what the agency printed on its notice. */
export function AddCasePage({ page, typed, errors = [], unmatched = false }: AddCaseView) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('claim.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {unmatched ? (
        <Alert page={page} kind="info">
          <p>
            {t('claim.compared')} <a href="/account/person">{t('claim.compared-link')}</a>
          </p>
        </Alert>
      ) : null}
      <h1>{t('claim.title')}</h1>
      <p>{t('claim.text')}</p>
      <Form page={page}>
        <Field
          name="receipt"
          label={t('claim.receipt')}
          hint={receiptHint(page)}
          value={typed['receipt']}
          autocomplete="off"
          error={errorOf(errors, 'receipt')}
        />
        <Field
          name="accessCode"
          label={t('claim.code')}
          hint={t('claim.code-hint')}
          value={typed['accessCode']}
          autocomplete="off"
          error={errorOf(errors, 'accessCode')}
        />
        <Button>{t('claim.submit')}</Button>
      </Form>
      <h2>{t('claim.help-title')}</h2>
      <p>{t('claim.help-text')}</p>
    </Layout>
  );
}
