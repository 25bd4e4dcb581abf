import type { ComponentChildren } from 'preact';
import { inLanguage } from '../../platform/agency/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { News, NewsKind } from '../../records/changes/index.ts';
import type { ConversationSummary, Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { OverviewCase } from '../../records/overview/index.ts';
import { appointmentPath } from '../appointments/index.ts';
import { CaseName, formName } from '../case-card/index.ts';
import { documentName } from '../documents/index.ts';
import { AboutCase, conversationPath, topicName } from '../inbox/index.ts';

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
  /** Conversations in which the agency said something that was not read. */
  readonly unread: readonly ConversationSummary[];
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly topics: Topics;
};

/** A line of news: what it says, of what, and where it is. */
type Piece = {
  readonly key: string;
  readonly at: Date;
  readonly href: string;
  readonly text: string;
  readonly about: ComponentChildren;
};

/** What the person has not seen on an earlier visit, and what they have not read, newest first, each leading to where it is. */
export function NewsList(view: NewsView) {
  const { page, cases, unread } = view;
  const { words } = page;
  const pieces = [
    ...cases.flatMap((found) => found.news.map((news) => pieceOf(view, found, news))),
    ...unread.map((found) => messagePiece(view, found)),
  ].toSorted((a, b) => b.at.getTime() - a.at.getTime());
  if (pieces.length === 0) return null;
  return (
    <section>
      <h2>{words.t('home.news-title')}</h2>
      <ul class="portico-news">
        {pieces.slice(0, MOST).map(({ key, at, href, text, about }) => (
          <li key={key}>
            <a href={href}>{text}</a>{' '}
            <span class="portico-news__about">
              {about}, <time dateTime={at.toISOString()}>{words.date(at)}</time>
            </span>
          </li>
        ))}
      </ul>
      {pieces.length <= MOST ? null : <p>{words.t('home.news-more', { count: pieces.length - MOST })}</p>}
    </section>
  );
}

function pieceOf(view: NewsView, found: OverviewCase, news: News): Piece {
  const { page, catalogue } = view;
  return {
    key: `${news.kind} ${news.ref} ${news.at.getTime()}`,
    at: news.at,
    href: hrefOf(found.receipt, news),
    text: textOf(view, found, news),
    about: <CaseName page={page} form={formName(page, found.form, catalogue)} receipt={found.receipt} />,
  };
}

function messagePiece({ page, topics, catalogue }: NewsView, found: ConversationSummary): Piece {
  return {
    key: `message ${found.id}`,
    at: found.lastAt,
    href: conversationPath(found.id),
    text: page.words.t('inbox.news', { topic: topicName(page, found.topic, topics) }),
    about: <AboutCase page={page} found={found} catalogue={catalogue} />,
  };
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
