import type { NewsKind, WrittenKind } from '../changes/index.ts';

/** What people are told of. */
export type AlertKind = NewsKind | WrittenKind;

/** What people choose to hear of, each as a whole. */
export const ALERT_GROUPS = ['status', 'documents', 'papers', 'appointments', 'messages'] as const;
export type AlertGroup = (typeof ALERT_GROUPS)[number];

export const WRITTEN = ['message-received', 'conversation-closed'] as const satisfies readonly WrittenKind[];

/** To which group each kind of change belongs. A kind without one does not compile. */
export const GROUP_OF = {
  'case-moved': 'status',
  'document-issued': 'documents',
  'document-replaced': 'documents',
  'document-withdrawn': 'documents',
  'evidence-requested': 'papers',
  'evidence-answered': 'papers',
  'evidence-expired': 'papers',
  'evidence-withdrawn': 'papers',
  'evidence-reopened': 'papers',
  'appointment-offered': 'appointments',
  'appointment-fixed': 'appointments',
  'appointment-chosen': 'appointments',
  'appointment-confirmed': 'appointments',
  'appointment-moved': 'appointments',
  'appointment-cancelled': 'appointments',
  'appointment-done': 'appointments',
  'appointment-missed': 'appointments',
  'paper-copy-sent': 'documents',
  'paper-copy-refused': 'documents',
  'contact-acknowledged': 'status',
  'message-received': 'messages',
  'conversation-closed': 'messages',
} as const satisfies Record<AlertKind, AlertGroup>;

/** Whether a kind of change is of a conversation, which says itself whose it is. */
export const isWritten = (kind: string): kind is WrittenKind => WRITTEN.some((each) => each === kind);

/** Whether people are told of a kind of change. */
export const isAlertKind = (kind: string): kind is AlertKind => Object.hasOwn(GROUP_OF, kind);
