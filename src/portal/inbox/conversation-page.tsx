import type { ComponentChildren } from 'preact';
import type { Policy } from '../../identity/core/policy/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import {
  Alert,
  Button,
  ContactLinks,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  type Page,
  UNTRANSLATED,
} from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { Conversation, Message, Topics } from '../../records/conversations/index.ts';
import { sizeOf } from '../documents/index.ts';
import { OwnWords } from '../own-words/index.ts';
import { AboutCase, isLate, StandingTag, topicName } from './labels.tsx';
import { MessageFields } from './message-fields.tsx';
import { conversationPath, filePath, INBOX } from './paths.ts';

/** What became of a message just now. */
export type Flash = 'sent' | 'sent-before' | 'follow-up';

export type ConversationView = {
  readonly page: Page;
  readonly found: Conversation;
  readonly topics: Topics;
  readonly catalogue: CaseCatalogue;
  readonly limits: Policy['messages'];
  readonly flash?: Flash | null;
  readonly typed?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
};

/** What was said, oldest first, and the form to go on. */
export function ConversationPage(view: ConversationView) {
  const { page, found, topics, catalogue, flash = null, errors = [] } = view;
  const { t } = page.words;
  const topic = topicName(page, found.topic, topics);
  return (
    <Layout page={page} title={topic} width="wide" live="conversation" error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {flash === null ? null : <SentAlert page={page} found={found} flash={flash} />}
      <p class="portico-caption">
        {found.receipt === null ? (
          <AboutCase page={page} found={found} catalogue={catalogue} />
        ) : (
          <a href={`/cases/${found.receipt}`}>
            <AboutCase page={page} found={found} catalogue={catalogue} />
          </a>
        )}
      </p>
      <h1>{topic}</h1>
      <p>
        <StandingTag page={page} found={found} />
      </p>
      {found.follows === null ? null : (
        <p>{page.words.rich('inbox.follows', { link: linkTo(conversationPath(found.follows)) })}</p>
      )}
      <ol class="portico-messages">
        {found.messages.map((message) => (
          <MessageEntry key={message.id} page={page} message={message} />
        ))}
      </ol>
      {found.answerBy !== null && isLate(page, found.answerBy) ? (
        <Alert page={page} kind="warning">
          <p>
            {t('inbox.answer-late', { date: page.words.calendarDate(found.answerBy) })}{' '}
            <ContactLinks page={page} />
          </p>
        </Alert>
      ) : null}
      <Reply {...view} />
      <p>
        <a href={INBOX}>{t('inbox.back')}</a>
      </p>
    </Layout>
  );
}

const linkTo = (href: string) => (chunks: ComponentChildren) => <a href={href}>{chunks}</a>;

function SentAlert({
  page,
  found,
  flash,
}: Pick<ConversationView, 'page' | 'found'> & { readonly flash: Flash }) {
  const { t, calendarDate } = page.words;
  const text = {
    sent: null,
    'sent-before': t('inbox.sent-before'),
    'follow-up': t('inbox.follow-up-text'),
  }[flash];
  return (
    <Alert
      page={page}
      kind="success"
      title={flash === 'follow-up' ? t('inbox.follow-up-title') : t('inbox.sent-title')}
    >
      {text === null ? null : <p>{text}</p>}
      {found.answerBy === null ? null : (
        <p>{t('inbox.answer-by', { date: calendarDate(found.answerBy) })}.</p>
      )}
    </Alert>
  );
}

function MessageEntry({ page, message }: { readonly page: Page; readonly message: Message }) {
  const { t, dateTime, date, language } = page.words;
  const isOwn = message.by === 'person';
  return (
    <li
      class={isOwn ? 'portico-message portico-message--own' : 'portico-message'}
      id={`message-${message.id}`}
      data-key={message.id}
    >
      <p class="portico-message__who">
        <strong>{isOwn ? t('inbox.you') : inLanguage(page.agency.shortName, language)}</strong>{' '}
        <time dateTime={message.at.toISOString()}>{dateTime(message.at)}</time>
      </p>
      {message.text === null ? null : (
        <p class="portico-message__text">
          <OwnWords page={page} said={message.text} />
        </p>
      )}
      {message.files.length === 0 ? null : (
        <ul class="portico-message__files">
          {message.files.map((file) => (
            <li key={file.id}>
              <a href={filePath(file.id)}>
                <bdi {...UNTRANSLATED}>{file.name}</bdi>
              </a>{' '}
              <span>{sizeOf(page, file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {message.closes ? <p>{t('inbox.closed-word')}</p> : null}
      {isOwn ? (
        <p class="portico-message__state">
          {message.acknowledgedAt === null
            ? t('inbox.not-acknowledged')
            : t('inbox.acknowledged', { date: date(message.acknowledgedAt) })}
        </p>
      ) : null}
    </li>
  );
}

/** The form at the foot; where a conversation has gone on, the way to where it has. */
function Reply({ page, found, limits, topics, typed = {}, errors = [] }: ConversationView) {
  const { t, rich } = page.words;
  if (found.followedBy !== null)
    return (
      <Alert page={page} kind="info" title={t('inbox.closed-title')}>
        <p>{rich('inbox.followed', { link: linkTo(conversationPath(found.followedBy)) })}</p>
      </Alert>
    );
  if (topics.size === 0) return null;
  return (
    <section>
      <h2>{found.closedAt === null ? t('inbox.reply-title') : t('inbox.closed-title')}</h2>
      {found.closedAt === null ? null : <p>{t('inbox.closed-text')}</p>}
      <Form page={page} action={conversationPath(found.id)} files>
        <MessageFields page={page} errors={errors} typed={typed} limits={limits} />
        <Button>{t('inbox.send')}</Button>
      </Form>
    </section>
  );
}
