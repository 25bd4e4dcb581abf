import { ButtonLink, ContactLinks, EmptyState, Layout, type Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { ConversationSummary, Topics } from '../../records/conversations/index.ts';
import { ConversationList } from './conversation-list.tsx';
import { NEW_MESSAGE } from './paths.ts';

/** All that a person and the agency wrote to each other. */
export function InboxPage({
  page,
  conversations,
  topics,
  catalogue,
}: {
  readonly page: Page;
  readonly conversations: readonly ConversationSummary[];
  readonly topics: Topics;
  readonly catalogue: CaseCatalogue;
}) {
  const { t } = page.words;
  const writing =
    topics.size === 0 ? (
      <p>
        {t('inbox.none')} <ContactLinks page={page} />
      </p>
    ) : (
      <p>
        <ButtonLink href={NEW_MESSAGE}>{t('inbox.new')}</ButtonLink>
      </p>
    );
  return (
    <Layout page={page} title={t('inbox.title')} width="wide" live="inbox">
      <h1>{t('inbox.title')}</h1>
      {conversations.length === 0 ? (
        <EmptyState title={t('inbox.empty-title')}>
          {topics.size === 0 ? null : <p>{t('inbox.empty-text')}</p>}
          {writing}
        </EmptyState>
      ) : (
        <>
          <p>{t('inbox.text')}</p>
          {writing}
          <ConversationList page={page} conversations={conversations} topics={topics} catalogue={catalogue} />
        </>
      )}
    </Layout>
  );
}
