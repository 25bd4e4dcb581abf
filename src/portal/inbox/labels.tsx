import { inLanguage } from '../../platform/agency/index.ts';
import { dayOf, daysUntil } from '../../platform/calendar/index.ts';
import { type Page, Tag } from '../../platform/ui/index.ts';
import { type CaseCatalogue, detailIn } from '../../records/cases/index.ts';
import type { Conversation, ConversationSummary, Topics } from '../../records/conversations/index.ts';
import { CaseName, formName } from '../case-card/index.ts';

/** What a conversation is about, in the reader's language. */
export function topicName(page: Page, code: string, topics: Topics): string {
  const topic = topics.get(code);
  return topic === undefined
    ? page.words.t('inbox.topic-unknown')
    : inLanguage(topic.name, page.words.language);
}

/** Which case a conversation is about, or that it is about none. */
export function AboutCase({
  page,
  found: { receipt, form },
  catalogue,
}: {
  readonly page: Page;
  readonly found: Pick<Conversation, 'receipt' | 'form'>;
  readonly catalogue: CaseCatalogue;
}) {
  if (receipt === null || form === null) return <>{page.words.t('inbox.about-none')}</>;
  return <CaseName page={page} form={formName(page, form, catalogue)} receipt={receipt} />;
}

/** What was said last, on one line, and by whom. */
export function lastSaid(page: Page, { lastBy, lastText }: ConversationSummary): string {
  const { t, language } = page.words;
  if (lastText === null) return t('inbox.closed-word');
  const text = detailIn(lastText, language).replaceAll(/\s+/g, ' ');
  return lastBy === 'person'
    ? t('inbox.from-you', { text })
    : t('inbox.from-agency', { agency: inLanguage(page.agency.shortName, language), text });
}

/** Whether the day has passed by which an answer was promised. */
export const isLate = ({ now, agency }: Page, answerBy: string): boolean =>
  daysUntil(answerBy, dayOf(now, agency.timeZone)) < 0;

/** Where a conversation stands: whose turn it is, and by when; nothing where the agency wrote and nobody asked. */
export function StandingTag({
  page,
  found,
}: {
  readonly page: Page;
  readonly found: Pick<Conversation, 'answerBy' | 'closedAt' | 'hasAsked'>;
}) {
  const { t, calendarDate } = page.words;
  if (found.answerBy !== null)
    return isLate(page, found.answerBy) ? (
      <Tag kind="attention">{t('inbox.late')}</Tag>
    ) : (
      <Tag kind="neutral">{t('inbox.answer-by', { date: calendarDate(found.answerBy) })}</Tag>
    );
  if (found.closedAt !== null) return <Tag kind="ended">{t('inbox.closed')}</Tag>;
  return found.hasAsked ? <Tag kind="good">{t('inbox.answered')}</Tag> : null;
}
