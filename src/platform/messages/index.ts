export type { Letter } from './letter.tsx';
export type { Channel, Message } from './message.ts';
export { DELIVER, makeOutbox, OUTBOX_SEALING, type Outbox } from './outbox.ts';
export { makePost, type Post, type Reader, type Sender } from './post.ts';
