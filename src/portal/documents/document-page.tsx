import type { Words } from '../../platform/i18n/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  Buttons,
  Card,
  Form,
  Layout,
  type Page,
  PrintButton,
  QrCode,
  SummaryList,
  Verbatim,
} from '../../platform/ui/index.ts';
import type { MediaType } from '../../platform/uploads/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { NoticeContent, NoticeTemplates } from '../../records/document-templates/index.ts';
import { type DocumentDetails, type PaperCopy, verificationAddress } from '../../records/documents/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { documentName, documentPath, sizeOf } from './labels.tsx';
import { Letter } from './letter.tsx';

export type DocumentView = {
  readonly page: Page;
  readonly found: DocumentDetails;
  /** What it says, where it is of a template that the agency still has. */
  readonly notice: NoticeContent | null;
  readonly templates: NoticeTemplates;
  readonly catalogue: CaseCatalogue;
  /** Where the portal stands for the world. */
  readonly publicUrl: URL;
  /** What came of asking for it on paper just now. */
  readonly asked: 'asked' | 'not-current' | null;
};

const TYPES = {
  'application/pdf': 'documents.type-pdf',
  'image/png': 'documents.type-png',
  'image/jpeg': 'documents.type-jpeg',
} as const satisfies Record<MediaType, string>;

/** One notice or letter: what it says, whether it is still good, and the ways to keep it. */
export function DocumentPage(view: DocumentView) {
  const { page, found, notice, templates, catalogue } = view;
  const { words } = page;
  const { t } = words;
  const name = documentName(page, found, templates);
  const form = formName(page, found.form, catalogue);
  return (
    <Layout page={page} title={`${name}, ${found.receipt}`} width="wide" live="document">
      <Asked {...view} />
      <p class="portico-caption">{t('documents.issued-on', { date: words.calendarDate(found.issuedOn) })}</p>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p class="portico-letter-about">
        <a href={`/cases/${found.receipt}`}>
          <CaseName page={page} form={form} receipt={found.receipt} />
        </a>
      </p>
      <StateAlert page={page} found={found} />
      <Downloads page={page} found={found} />
      {notice === null ? <FileCard page={page} found={found} /> : <Letter content={notice} />}
      {notice === null ? <HowToCheck page={page} found={found} publicUrl={view.publicUrl} /> : null}
      <PaperCopySection page={page} found={found} />
      <p>
        <a href="/documents">{t('documents.back')}</a>
      </p>
    </Layout>
  );
}

type Part = { readonly page: Page; readonly found: DocumentDetails };

/** That it is no longer good, before anybody reads on. It is printed too. */
function StateAlert({ page, found }: Part) {
  const { t, date } = page.words;
  const { withdrawnAt, replacedAt, replacedBy } = found;
  const newer =
    replacedBy === null ? null : (
      <p>
        <a href={documentPath(replacedBy)}>{t('documents.newer')}</a>
      </p>
    );
  if (withdrawnAt !== null)
    return (
      <Alert page={page} kind="warning" title={t('documents.withdrawn-on', { date: date(withdrawnAt) })}>
        <p>{t('documents.withdrawn-text')}</p>
        {newer}
      </Alert>
    );
  if (replacedAt !== null)
    return (
      <Alert page={page} kind="warning" title={t('documents.replaced-on', { date: date(replacedAt) })}>
        <p>{t('documents.replaced-text')}</p>
        {newer}
      </Alert>
    );
  return null;
}

function Downloads({ page, found }: Part) {
  const { t } = page.words;
  const path = `${documentPath(found.id)}/file`;
  const isTemplate = found.content.is === 'template';
  return (
    <Buttons>
      <ButtonLink href={path}>
        {isTemplate ? t('documents.download-pdf') : t('documents.download')}
      </ButtonLink>
      <ButtonLink href={`${path}?inline`} kind="secondary">
        {t('documents.view')}
      </ButtonLink>
      {isTemplate ? <PrintButton page={page} label={t('documents.print')} /> : null}
    </Buttons>
  );
}

/** A document that is a file, or that cannot be shown as a page. */
function FileCard({ page, found }: Part) {
  const { t } = page.words;
  const { content } = found;
  if (content.is === 'template')
    return (
      <Alert page={page} kind="info" title={t('documents.no-page-title')}>
        <p>{t('documents.no-page-text')}</p>
      </Alert>
    );
  return (
    <Card>
      <h2>{t('documents.file-title')}</h2>
      <SummaryList
        rows={[
          { term: t('documents.file-name'), value: <bdi>{content.name}</bdi> },
          { term: t('documents.file-type'), value: t(TYPES[content.mediaType]) },
          { term: t('documents.file-size'), value: sizeOf(page, content.size) },
        ]}
      />
    </Card>
  );
}

/** How others find out whether it is genuine; a notice of a template says so itself. */
function HowToCheck({ page, found, publicUrl }: Part & Pick<DocumentView, 'publicUrl'>) {
  const { t, rich } = page.words;
  const address = verificationAddress(publicUrl, found);
  const typed = `${address.page.host}${address.page.pathname}`;
  return (
    <section aria-labelledby="how-to-check">
      <h2 id="how-to-check">{t('documents.verify-title')}</h2>
      <div class="portico-check">
        <QrCode text={address.url.href} title={t('paper.verify-picture', { address: typed })} />
        <div>
          <p>
            {rich('documents.verify-text', {
              address: typed,
              link: (chunks) => (
                <a href={`${address.url.pathname}${address.url.search}`}>
                  <Verbatim>{chunks}</Verbatim>
                </a>
              ),
            })}
          </p>
          <SummaryList
            rows={[
              {
                term: t('documents.code'),
                value: <Verbatim class="portico-verify-code">{found.code}</Verbatim>,
              },
              { term: t('documents.receipt'), value: <Verbatim>{found.receipt}</Verbatim> },
            ]}
          />
        </div>
      </div>
    </section>
  );
}

function Asked({ page, asked }: DocumentView) {
  const { t } = page.words;
  switch (asked) {
    case null:
      return null;
    case 'asked':
      return (
        <Alert page={page} kind="success" title={t('documents.copy-asked-title')}>
          <p>{t('documents.copy-asked-text')}</p>
        </Alert>
      );
    case 'not-current':
      return (
        <Alert page={page} kind="error" title={t('documents.copy-not-current')}>
          <p>{t('documents.copy-not-current-text')}</p>
        </Alert>
      );
  }
}

/** What became of asking for it on paper, and the way to ask. */
function PaperCopySection({ page, found }: Part) {
  const { words } = page;
  const { t } = words;
  const { paperCopy } = found;
  const isOpen = paperCopy?.state === 'asked';
  if (paperCopy === null && found.state !== 'current') return null;
  return (
    <section class="portico-copy" aria-labelledby="paper-copy">
      <h2 id="paper-copy">{t('documents.copy-title')}</h2>
      {paperCopy === null
        ? null
        : [paperCopy, ...found.earlierCopies].map((copy) => (
            <p class="portico-copy-state" key={copy.askedAt.getTime()}>
              {sayCopy(copy, words)}
            </p>
          ))}
      {isOpen || found.state !== 'current' ? null : (
        <>
          <p>
            {t('documents.copy-text')} <a href="/account/contact">{t('contact.title')}</a>.
          </p>
          <Form page={page} action={documentPath(found.id)}>
            <Button kind="secondary">
              {paperCopy === null ? t('documents.copy-ask') : t('documents.copy-ask-again')}
            </Button>
          </Form>
        </>
      )}
    </section>
  );
}

function sayCopy({ state, askedAt, settledAt }: PaperCopy, { t, date }: Words): string {
  if (settledAt === null) return t('documents.copy-asked', { date: date(askedAt) });
  return state === 'sent'
    ? t('documents.copy-sent', { date: date(settledAt) })
    : t('documents.copy-refused', { date: date(settledAt) });
}
