import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import { type PageScope, typedFields, unlessMalformed } from '../../platform/http/index.ts';
import {
  Alert,
  Button,
  Card,
  ErrorSummary,
  Field,
  Layout,
  type Page,
  Verbatim,
} from '../../platform/ui/index.ts';
import type { CaseCatalogue, Cases, PublicStatus } from '../../records/cases/index.ts';
import { formName, StatusTag } from '../case-card/index.ts';
import { receiptField, receiptHint } from '../receipt-field/index.ts';
import { CaseWaitFigure } from '../wait-figure/index.ts';

const MISSING = 'status.receipt-missing';
const WRONG = 'status.receipt-wrong';

type StatusView = {
  readonly page: Page;
  readonly typed?: string;
  readonly error?: string;
  readonly found?: { readonly receipt: string; readonly status: PublicStatus };
};

/** The public status of a case: for anyone with its receipt number, and without personal data. */
export function statusRoutes(
  app: PageScope,
  { cases, catalogue, policy }: { cases: Cases; catalogue: CaseCatalogue; policy: Policy },
): void {
  const Query = z.object({ receipt: receiptField(catalogue, { missing: MISSING, wrong: WRONG }) });
  app.get(
    '/status',
    { config: { access: 'anyone', rateLimit: unlessMalformed(policy.requests.status, Query) } },
    async (request, reply) => {
      const page = request.page(reply);
      const show = (view: Omit<StatusView, 'page'>, code = 200) =>
        reply.page(<StatusPage page={page} catalogue={catalogue} {...view} />, code);
      const query = z.record(z.string(), z.unknown()).parse(request.query);
      if (query['receipt'] === undefined) return show({});
      const parsed = Query.safeParse(query);
      const { receipt: typed = '' } = typedFields(query);
      if (!parsed.success) {
        const isMissing = parsed.error.issues.some(({ message }) => message === MISSING);
        return show({ typed, error: page.words.t(isMissing ? MISSING : WRONG) }, 422);
      }
      const { receipt } = parsed.data;
      const asking = request.foundSession;
      const status = await cases.publicStatus(
        receipt,
        asking.is === 'live' ? asking.session.accountId : null,
      );
      if (status === null) return show({ typed: receipt, error: page.words.t('status.none') }, 404);
      return show({ typed: receipt, found: { receipt, status } });
    },
  );
}

function StatusPage({
  page,
  catalogue,
  typed,
  error,
  found,
}: StatusView & { readonly catalogue: CaseCatalogue }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('status.title')} error={error !== undefined}>
      <ErrorSummary page={page} errors={error === undefined ? [] : [{ field: 'receipt', text: error }]} />
      <h1>{t('status.title')}</h1>
      {found === undefined ? null : <Result page={page} catalogue={catalogue} found={found} />}
      <p>{t('status.text')}</p>
      <form class="portico-form" method="get" action="/status" noValidate>
        <Field
          name="receipt"
          label={t('status.receipt')}
          hint={receiptHint(page)}
          value={typed}
          autocomplete="off"
          error={error}
        />
        <Button>{t('status.submit')}</Button>
      </form>
      <p>
        {t('status.notice')} <a href="/verify">{t('status.notice-link')}</a>
      </p>
      {found === undefined || page.visitor.is === 'signed-in' ? null : (
        <Alert page={page} kind="info">
          <p>{t('status.more')}</p>
        </Alert>
      )}
    </Layout>
  );
}

/** Where whoever is signed in goes on: to the case, or to where it is added. */
function Own({
  page,
  receipt,
  isOwn,
}: {
  readonly page: Page;
  readonly receipt: string;
  readonly isOwn: boolean;
}) {
  const { t } = page.words;
  return isOwn ? (
    <p>
      {t('status.own')} <a href={`/cases/${receipt}`}>{t('status.own-link')}</a>
    </p>
  ) : (
    <p>
      {t('status.not-own')} <a href="/cases/add">{t('status.not-own-link')}</a>
    </p>
  );
}

function Result({
  page,
  catalogue,
  found: { receipt, status },
}: {
  readonly page: Page;
  readonly catalogue: CaseCatalogue;
  readonly found: NonNullable<StatusView['found']>;
}) {
  const { words } = page;
  const meaning = catalogue.statuses.get(status.status);
  return (
    <Card>
      <h2>{formName(page, status.form, catalogue)}</h2>
      <p class="portico-case__receipt">
        <Verbatim>{receipt}</Verbatim>
      </p>
      {page.visitor.is === 'signed-in' ? <Own page={page} receipt={receipt} isOwn={status.isOwn} /> : null}
      <p>
        <StatusTag page={page} status={status.status} catalogue={catalogue} />
      </p>
      {meaning === undefined ? null : (
        <>
          <p>{inLanguage(meaning.text, words.language)}</p>
          <h3>{words.t('cases.next')}</h3>
          <p>{inLanguage(meaning.next, words.language)}</p>
        </>
      )}
      <p>{words.t('cases.changed', { date: words.date(status.statusAt) })}</p>
      <h3>{words.t('waits.title')}</h3>
      <CaseWaitFigure
        page={page}
        form={status.form}
        wait={status.wait}
        whose="somebodys"
        catalogue={catalogue}
      />
    </Card>
  );
}
