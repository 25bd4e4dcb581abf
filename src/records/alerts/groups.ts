import type { NewsKind } from '../changes/index.ts';

/** What people choose to hear of, each as a whole. */
export const ALERT_GROUPS = ['status', 'documents', 'papers', 'appointments', 'messages'] as const;
export type AlertGroup = (typeof ALERT_GROUPS)[number];

/** To which group each kind of news belongs. A kind without one does not compile. */
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
} as const satisfies Record<NewsKind, AlertGroup>;

/** The groups of which there is anything to hear yet. */
export const OFFERED_GROUPS: readonly AlertGroup[] = ALERT_GROUPS.filter((group) =>
  Object.values<AlertGroup>(GROUP_OF).includes(group),
);

/** Whether a kind of change is news, and so belongs to a group. */
export const isAlertKind = (kind: string): kind is NewsKind => Object.hasOwn(GROUP_OF, kind);
