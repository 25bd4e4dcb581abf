export { type Letter, layOut } from './letter.tsx';
export { DELIVER, type Message, makeOutbox, type Outbox } from './outbox.ts';
