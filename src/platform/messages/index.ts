export { type Letter, layOut } from './letter.tsx';
export { type Channel, DELIVER, type Message, makeOutbox, type Outbox } from './outbox.ts';
export { codeText, shortText } from './text.ts';
