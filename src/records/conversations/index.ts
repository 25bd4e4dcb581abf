export {
  type Conversations,
  makeConversations,
  type OpenFile,
} from './conversations.ts';
export { type FileRow, insertFiles, insertMessages, type MessageRow, withoutTwins } from './files.ts';
export {
  type AgencyConversation,
  acknowledgeMessages,
  insertConversations,
  type KnownConversation,
  knowingMessages,
  noteWritten,
  type SentMessage,
  selectConversationsByName,
  selectMessageHashes,
  sentMessages,
  settleConversations,
} from './office.ts';
export {
  type Conversation,
  type ConversationSummary,
  countingUnread,
  isUnreadBy,
  listingConversations,
  type Message,
  type MessageFile,
  readConversations,
} from './reading.ts';
export type { Sent, Target } from './sending.ts';
export { CONVERSATION_TABLES, textPlace } from './tables.ts';
export { fits, loadTopics, type Topic, type Topics } from './topics.ts';
