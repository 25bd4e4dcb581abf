export { layOut, type Letter } from './letter.tsx';
export { DELIVER, makeOutbox, type Message, type Outbox } from './outbox.ts';
