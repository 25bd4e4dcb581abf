import { type Page, Tag } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { ConversationSummary, Topics } from '../../records/conversations/index.ts';
import { AboutCase, lastSaid, StandingTag, topicName } from './labels.tsx';
import { conversationPath } from './paths.ts';

/** Conversations, each with what it is about, what was said last, and by when an answer is promised. */
export function ConversationList({
  page,
  conversations,
  topics,
  catalogue,
}: {
  readonly page: Page;
  /** In their order. */
  readonly conversations: readonly ConversationSummary[];
  readonly topics: Topics;
  /** Null on the page of the case that all are about. */
  readonly catalogue: CaseCatalogue | null;
}) {
  const { t, date } = page.words;
  return (
    <ul class="portico-documents">
      {conversations.map((found) => (
        <li class="portico-document" key={found.id} data-key={found.id} data-changes>
          <div class="portico-document__name">
            <a href={conversationPath(found.id)}>{topicName(page, found.topic, topics)}</a>{' '}
            {found.isUnread ? <Tag kind="new">{t('home.new')}</Tag> : null}
          </div>
          <p class="portico-document__facts">
            <span>
              <time dateTime={found.lastAt.toISOString()}>{date(found.lastAt)}</time>
            </span>
            {catalogue === null ? null : (
              <span>
                <AboutCase page={page} found={found} catalogue={catalogue} />
              </span>
            )}
          </p>
          <p class="portico-conversation__last">
            <bdi>{lastSaid(page, found)}</bdi>
          </p>
          <p class="portico-document__state">
            <StandingTag page={page} found={found} />
          </p>
        </li>
      ))}
    </ul>
  );
}
