export { EMAIL_ACTIVITY } from './activity-labels.ts';
export { type EmailMessages, type Emails, makeEmails } from './emails.ts';
export { emailMessages } from './messages.ts';
export { otherEmailData } from './personal-data.ts';
export { emailsPolicy } from './policy.ts';
export { emailRoutes } from './routes.tsx';
export { ADDED_EMAIL_TABLES } from './tables.ts';
