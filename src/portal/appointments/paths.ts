export const APPOINTMENTS = '/appointments';
export const CALENDARS = `${APPOINTMENTS}/calendars`;
/** Where programs read a calendar. */
export const calendarPath = (token: string): string => `/calendars/${token}.ics`;

/** Where an appointment, or something to be done with it, stands. */
export const appointmentPath = (
  id: string,
  what?: 'times' | 'check' | 'confirm' | 'cancel' | 'earlier' | 'calendar.ics',
): string => [APPOINTMENTS, id, ...(what === undefined ? [] : [what])].join('/');
