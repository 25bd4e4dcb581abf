export { ComingDay, DueDay } from './due-day.tsx';
