export { type Email, type EmailMessages, type Emails, makeEmails } from './emails.ts';
export { readKeptAddresses } from './kept.ts';
export { emailMessages } from './messages.ts';
export { emailRoutes } from './routes.tsx';
