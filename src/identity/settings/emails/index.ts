export { type EmailMessages, type Emails, makeEmails } from './emails.ts';
export { emailMessages } from './messages.ts';
export { emailsPolicy } from './policy.ts';
export { emailRoutes } from './routes.tsx';
export { readAdditions } from './store.ts';
export { ADDED_EMAIL_TABLES } from './tables.ts';
