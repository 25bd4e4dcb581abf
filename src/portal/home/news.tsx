import { inLanguage } from '../../platform/agency/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { News, NewsKind } from '../../records/changes/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { OverviewCase } from '../../records/overview/index.ts';
import { appointmentPath } from '../appointments/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { documentName } from '../documents/index.ts';

const WORDS = {
  'evidence-requested': 'home.news-requested',
  'evidence-answered': 'home.news-answered',
  'evidence-expired': 'home.news-expired',
  'evidence-withdrawn': 'home.news-request-withdrawn',
  'evidence-reopened': 'home.news-reopened',
  'contact-acknowledged': 'home.news-contact',
  'appointment-offered': 'home.news-appointment-offered',
  'appointment-fixed': 'home.news-appointment-fixed',
  'appointment-moved': 'home.news-appointment-moved',
  'appointment-cancelled': 'home.news-appointment-cancelled',
  'appointment-done': 'home.news-appointment-done',
  'appointment-missed': 'home.news-appointment-missed',
  // What people do themselves is no news.
  'appointment-chosen': 'home.news-appointment-fixed',
  'appointment-confirmed': 'home.news-appointment-fixed',
} as const satisfies Partial<Record<NewsKind, PlainWordKey>>;

/** What is said of a notice, which is named. */
const OF_NOTICES = {
  'document-issued': 'home.news-document',
  'document-replaced': 'home.news-document-replaced',
  'document-withdrawn': 'home.news-document-withdrawn',
  'paper-copy-sent': 'home.news-copy-sent',
  'paper-copy-refused': 'home.news-copy-refused',
} as const satisfies Record<Exclude<NewsKind, keyof typeof WORDS | 'case-moved'>, string>;

/** Most pieces of news that are listed; the cases have them all. */
const MOST = 8;

type NewsView = {
  readonly page: Page;
  readonly cases: readonly OverviewCase[];
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
};

type Piece = { readonly found: OverviewCase; readonly news: News };

/** What the person has not seen on an earlier visit, newest first, each leading to where it is. */
export function NewsList(view: NewsView) {
  const { page, cases, catalogue } = view;
  const { words } = page;
  const pieces = cases
    .flatMap((found): Piece[] => found.news.map((news) => ({ found, news })))
    .toSorted((a, b) => b.news.at.getTime() - a.news.at.getTime());
  if (pieces.length === 0) return null;
  return (
    <section>
      <h2>{words.t('home.news-title')}</h2>
      <ul class="portico-news">
        {pieces.slice(0, MOST).map(({ found, news }) => (
          <li key={`${news.kind} ${news.ref} ${news.at.getTime()}`}>
            <a href={hrefOf(found.receipt, news)}>{textOf(view, found, news)}</a>{' '}
            <span class="portico-news__about">
              <CaseName page={page} form={formName(page, found.form, catalogue)} receipt={found.receipt} />,{' '}
              <time dateTime={news.at.toISOString()}>{words.date(news.at)}</time>
            </span>
          </li>
        ))}
      </ul>
      {pieces.length <= MOST ? null : <p>{words.t('home.news-more', { count: pieces.length - MOST })}</p>}
    </section>
  );
}

function textOf({ page, catalogue, templates }: NewsView, found: OverviewCase, { kind, ref }: News): string {
  const { t, language } = page.words;
  if (isOfNotice(kind)) {
    const notice = found.newDocuments.find(({ id }) => id === ref);
    const name = notice === undefined ? t('documents.document') : documentName(page, notice, templates);
    return t(OF_NOTICES[kind], { name });
  }
  if (kind !== 'case-moved') return t(WORDS[kind]);
  const event = found.events.find(({ id }) => id === ref);
  const status = event === undefined ? undefined : catalogue.statuses.get(event.status);
  return status === undefined
    ? t('cases.status-unknown')
    : t('home.news-moved', { status: inLanguage(status.label, language) });
}

const isOfNotice = (kind: NewsKind): kind is keyof typeof OF_NOTICES => kind in OF_NOTICES;

function hrefOf(receipt: string, { kind, ref }: News): string {
  if (kind === 'case-moved') return `/cases/${receipt}`;
  if (kind === 'contact-acknowledged') return '/account/contact#offices';
  if (kind.startsWith('appointment-')) return appointmentPath(ref);
  return kind.startsWith('evidence-') ? `/cases/${receipt}#request-${ref}` : `/documents/${ref}`;
}
