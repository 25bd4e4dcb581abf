export type { Letter } from './letter.tsx';
export { type Mailer, makeMailer, type Reader, type Sender } from './mailer.ts';
export type { Channel, Message } from './message.ts';
export { DELIVER, MESSAGE_TABLES, makeOutbox, type Outbox, type Sending } from './outbox.ts';
