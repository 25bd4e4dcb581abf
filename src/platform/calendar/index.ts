export { dayOf, daysUntil } from './days.ts';
