export { APPOINTMENT_ACTIVITY_LABELS } from './activity-labels.ts';
export { AppointmentCards } from './cards.tsx';
export { appointmentPath } from './paths.ts';
export { appointmentLetters } from './reminders.ts';
export { appointmentsRoutes } from './routes.tsx';
export { officeName, sayWhen, typeName } from './when.tsx';
