export { type Booked, type Cancelled, type Confirmed, type Held, type Inside, mayChoose } from './acts.ts';
export { type Appointments, makeAppointments, type OwnAppointment } from './appointments.ts';
export { type Calendar, type Calendars, makeCalendars } from './calendars.ts';
export type { EarlierTime } from './earlier.ts';
export { forgetOfNobody, forgetPerson } from './leaving.ts';
export { type Needs, NO_NEEDS, notePlace } from './needs.ts';
export {
  type Appointment,
  type AppointmentStep,
  type FixedAppointment,
  hasTime,
  isComing,
  listingAppointments,
  readAppointments,
} from './reading.ts';
export { type Reminder, remindDue } from './reminders.ts';
export { type May, mayCancel, mayConfirm, mayMove } from './rules.ts';
export {
  type FreeMonth,
  type FreeTime,
  knowingSlotLines,
  type SaidSlot,
  type SlotLine,
  takeSlotLines,
} from './slots.ts';
export { APPOINTMENT_TABLES } from './tables.ts';
export {
  type AppointmentRules,
  type AppointmentType,
  type Choice,
  loadAppointmentRules,
} from './types.ts';
export {
  beginAppointment,
  continueAppointment,
  type Dating,
  type Ending,
  type Fixed,
  knowingAppointments,
  type Offer,
  type Spoken,
} from './writing.ts';
