import type { RoomTables } from '../../platform/tables/index.ts';
import { NEEDS_COLUMN, NOTE_COLUMN } from './needs.ts';

export const APPOINTMENT_TABLES: RoomTables = {
  tables: {
    appointment: { of: 'case', forgotten: 'by-its-room', copied: ['appointments'] },
    appointment_history: { of: 'case', copied: ['appointments'] },
    appointment_place: {
      of: 'case',
      leftOut: 'which of the places of a time it has; the time is in the copy',
    },
    appointment_reminder: { of: 'account', leftOut: 'that a reminder was sent of what is in the copy' },
    appointment_calendar: {
      of: 'account',
      leftOut: 'addresses of calendars, by their hashes; what they show is in the copy',
    },
    appointment_known_time: { of: 'case', leftOut: 'of which free times somebody was told' },
    appointment_slot: { of: 'nobody' },
    appointment_slot_line: { of: 'nobody' },
  },
  sealed: [NEEDS_COLUMN, NOTE_COLUMN],
};
