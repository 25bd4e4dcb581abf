export { type Letter, layOut } from './letter.tsx';
export type { Channel, Message } from './message.ts';
export { DELIVER, makeOutbox, type Outbox } from './outbox.ts';
export { codeText, shortText } from './text.ts';
