import { inLanguage } from '../../platform/agency/index.ts';
import { type Fault, sayFaults } from '../../platform/http/index.ts';
import {
  Alert,
  type AlertKind,
  Button,
  ErrorSummary,
  errorOf,
  Field,
  Layout,
  type Page,
  SummaryList,
  verbatim,
} from '../../platform/ui/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { Verified } from '../../records/documents/index.ts';
import { documentName } from '../documents/index.ts';
import { receiptHint } from '../receipt-field/index.ts';

/** The answer of the help about notices that cannot be checked. */
const NOTICE_HELP = '/help#notice';

export type VerifyView = {
  readonly page: Page;
  readonly templates: NoticeTemplates;
  readonly typed: { readonly receipt: string; readonly code: string };
  readonly faults?: readonly Fault[];
  readonly verified?: Verified;
};

/** Asks for what stands on a notice, and says whether it is genuine. */
export function VerifyPage({ page, templates, typed, faults = [], verified }: VerifyView) {
  const { words, agency } = page;
  const { t } = words;
  const errors = sayFaults(faults, words);
  return (
    <Layout page={page} title={t('verify.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('verify.title')}</h1>
      {verified === undefined ? null : <Result page={page} templates={templates} verified={verified} />}
      <p class="portico-lead">
        {verified === undefined
          ? t('verify.text', { agency: inLanguage(agency.name, words.language) })
          : t('verify.another')}
      </p>
      <form class="portico-form" method="get" action="/verify" noValidate>
        <Field
          name="receipt"
          label={t('verify.receipt')}
          hint={receiptHint(page)}
          value={typed.receipt}
          autocomplete="off"
          error={errorOf(errors, 'receipt')}
        />
        <Field
          name="code"
          label={t('verify.code')}
          hint={t('verify.code-hint')}
          value={typed.code}
          autocomplete="off"
          error={errorOf(errors, 'code')}
        />
        <Button>{t('verify.submit')}</Button>
      </form>
      <p>
        <a href={NOTICE_HELP}>{t('verify.help')}</a>
      </p>
    </Layout>
  );
}

const KINDS = {
  genuine: 'success',
  replaced: 'warning',
  withdrawn: 'warning',
  unknown: 'error',
} as const satisfies Record<Verified['is'], AlertKind>;

function Result({
  page,
  templates,
  verified,
}: Pick<VerifyView, 'page' | 'templates'> & { readonly verified: Verified }) {
  const { words } = page;
  const { t } = words;
  const kind = KINDS[verified.is];
  switch (verified.is) {
    case 'unknown': {
      const { phone, email } = page.agency.contact;
      return (
        <Alert page={page} kind={kind} title={t('verify.unknown')}>
          <p>{t('verify.unknown-text')}</p>
          <p>{words.rich('verify.unknown-next', { phone, email, code: verbatim })}</p>
        </Alert>
      );
    }
    case 'genuine':
      return (
        <Alert page={page} kind={kind} title={t('verify.genuine')}>
          <p>{t('verify.genuine-text')}</p>
          <Known page={page} templates={templates} verified={verified} />
        </Alert>
      );
    case 'replaced':
      return (
        <Alert page={page} kind={kind} title={t('verify.replaced', { date: words.date(verified.at) })}>
          <p>{t('verify.replaced-text')}</p>
          <Known page={page} templates={templates} verified={verified} />
        </Alert>
      );
    case 'withdrawn':
      return (
        <Alert page={page} kind={kind} title={t('verify.withdrawn', { date: words.date(verified.at) })}>
          <p>{t('verify.withdrawn-text')}</p>
          <Known page={page} templates={templates} verified={verified} />
        </Alert>
      );
  }
}

/** All that is told of a notice: what it is and of which day. */
function Known({
  page,
  templates,
  verified,
}: Pick<VerifyView, 'page' | 'templates'> & { readonly verified: Exclude<Verified, { is: 'unknown' }> }) {
  const { t, calendarDate } = page.words;
  return (
    <SummaryList
      rows={[
        { term: t('verify.kind'), value: documentName(page, { ...verified, title: null }, templates) },
        { term: t('verify.issued'), value: calendarDate(verified.issuedOn) },
      ]}
    />
  );
}
