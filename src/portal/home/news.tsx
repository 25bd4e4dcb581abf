import { inLanguage } from '../../platform/agency/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { ChangeKind, News } from '../../records/changes/index.ts';
import type { OverviewCase } from '../../records/overview/index.ts';
import { formName } from '../case-card/index.ts';

const WORDS = {
  'document-issued': 'home.news-document',
  'document-replaced': 'home.news-document-replaced',
  'document-withdrawn': 'home.news-document-withdrawn',
  'evidence-requested': 'home.news-requested',
  'evidence-answered': 'home.news-answered',
  'evidence-expired': 'home.news-expired',
  'evidence-withdrawn': 'home.news-request-withdrawn',
  'evidence-reopened': 'home.news-reopened',
  'paper-copy-sent': 'home.news-copy-sent',
  'paper-copy-refused': 'home.news-copy-refused',
} as const satisfies Record<Exclude<ChangeKind, 'case-moved'>, PlainWordKey>;

/** Most pieces of news that are listed; the cases have them all. */
const MOST = 8;

type Piece = { readonly found: OverviewCase; readonly news: News };

/** What the person has not seen on an earlier visit, newest first, each leading to where it is. */
export function NewsList({
  page,
  cases,
  catalogue,
}: {
  readonly page: Page;
  readonly cases: readonly OverviewCase[];
  readonly catalogue: CaseCatalogue;
}) {
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
            <a href={hrefOf(found.receipt, news)}>{textOf(page, found, news, catalogue)}</a>{' '}
            <span class="portico-news__about">
              {formName(page, found.form, catalogue)},{' '}
              <time dateTime={news.at.toISOString()}>{words.date(news.at)}</time>
            </span>
          </li>
        ))}
      </ul>
      {pieces.length <= MOST ? null : <p>{words.t('home.news-more', { count: pieces.length - MOST })}</p>}
    </section>
  );
}

function textOf(page: Page, found: OverviewCase, { kind, ref }: News, catalogue: CaseCatalogue): string {
  const { t, language } = page.words;
  if (kind !== 'case-moved') return t(WORDS[kind]);
  const event = found.events.find(({ id }) => id === ref);
  const status = event === undefined ? undefined : catalogue.statuses.get(event.status);
  return status === undefined
    ? t('cases.status-unknown')
    : t('home.news-moved', { status: inLanguage(status.label, language) });
}

function hrefOf(receipt: string, { kind, ref }: News): string {
  if (kind === 'case-moved') return `/cases/${receipt}`;
  return kind.startsWith('evidence-') ? `/cases/${receipt}#request-${ref}` : `/documents/${ref}`;
}
