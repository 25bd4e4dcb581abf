export { ConversationList } from './conversation-list.tsx';
export { AboutCase, topicName } from './labels.tsx';
export { aboutCasePath, conversationPath, INBOX } from './paths.ts';
export { type InboxParts, inboxRoutes } from './routes.tsx';
