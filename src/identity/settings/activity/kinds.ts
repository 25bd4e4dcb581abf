import type { PlainWordKey } from '../../../platform/i18n/index.ts';

/** What a person looks for in the history of their account. */
export const GROUPS = {
  'signing-in': 'activity.group-signing-in',
  refused: 'activity.group-refused',
  changes: 'activity.group-changes',
  other: 'activity.group-other',
} as const satisfies Record<string, PlainWordKey>;

export type Group = keyof typeof GROUPS;

/** How an event is told to the person whom it concerns. */
export type ActivityLabel = { readonly word: PlainWordKey; readonly group: Group };

const signingIn = (word: PlainWordKey): ActivityLabel => ({ word, group: 'signing-in' });
const refused = (word: PlainWordKey): ActivityLabel => ({ word, group: 'refused' });
const changes = (word: PlainWordKey): ActivityLabel => ({ word, group: 'changes' });
const other = (word: PlainWordKey): ActivityLabel => ({ word, group: 'other' });

/** Every kind of event that this floor records, in words. Whatever is not here does not compile where it is recorded. */
export const ACTIVITY_LABELS = {
  'account-created': other('activity.account-created'),
  'signed-in': signingIn('activity.signed-in'),
  'signed-out': signingIn('activity.signed-out'),
  'timed-out': signingIn('activity.timed-out'),
  'session-replaced': signingIn('activity.session-replaced'),
  'session-ended': signingIn('activity.session-ended'),
  'sessions-ended': signingIn('activity.sessions-ended'),
  'sessions-ended-by-agency': signingIn('activity.sessions-ended-by-agency'),
  'stepped-up': signingIn('activity.stepped-up'),
  'password-refused': refused('activity.password-refused'),
  'code-refused': refused('activity.code-refused'),
  'password-changed': changes('activity.password-changed'),
  'name-changed': changes('activity.name-changed'),
  'username-changed': changes('activity.username-changed'),
  'authenticator-app-added': changes('activity.authenticator-app-added'),
  'authenticator-app-renamed': changes('activity.authenticator-app-renamed'),
  'authenticator-app-removed': changes('activity.authenticator-app-removed'),
  'passkey-refused': refused('activity.passkey-refused'),
  'passkey-copied': refused('activity.passkey-copied'),
  'passkey-added': changes('activity.passkey-added'),
  'passkey-renamed': changes('activity.passkey-renamed'),
  'passkey-removed': changes('activity.passkey-removed'),
  'backup-codes-renewed': changes('activity.backup-codes-renewed'),
  'questions-set': changes('activity.questions-set'),
  'questions-removed': changes('activity.questions-removed'),
  'device-forgotten': changes('activity.device-forgotten'),
  'devices-forgotten': changes('activity.devices-forgotten'),
  'email-added': changes('activity.email-added'),
  'email-made-primary': changes('activity.email-made-primary'),
  'email-removed': changes('activity.email-removed'),
  'email-change-undone': changes('activity.email-change-undone'),
  'phone-added': changes('activity.phone-added'),
  'phone-removed': changes('activity.phone-removed'),
  'phone-notices-on': changes('activity.phone-notices-on'),
  'phone-notices-off': changes('activity.phone-notices-off'),
  'recovery-begun': changes('activity.recovery-begun'),
  'recovery-held': changes('activity.recovery-held'),
  'recovery-shortened': changes('activity.recovery-shortened'),
  'recovery-moved': changes('activity.recovery-moved'),
  'answers-refused': refused('activity.answers-refused'),
  'recovery-completed': changes('activity.recovery-completed'),
  'recovery-cancelled': changes('activity.recovery-cancelled'),
  'wait-lift-asked': refused('activity.wait-lift-asked'),
  'wait-lifted': refused('activity.wait-lifted'),
  'alarm-raised': changes('activity.alarm-raised'),
  'alarm-cleared': changes('activity.alarm-cleared'),
  'data-asked': other('activity.data-asked'),
  'data-fetched': other('activity.data-fetched'),
  'closing-begun': other('activity.closing-begun'),
  'closing-cancelled': other('activity.closing-cancelled'),
  'account-erased': other('activity.account-erased'),
} as const satisfies Record<string, ActivityLabel>;

type Kinds = { readonly [Kind in keyof typeof ACTIVITY_LABELS]: true };

declare module '../../../platform/audit/audit.ts' {
  interface SecurityEventKinds extends Kinds {}
}
