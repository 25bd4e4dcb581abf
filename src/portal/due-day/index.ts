export { DueDay } from './due-day.tsx';
