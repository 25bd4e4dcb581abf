import type { PlainWordKey } from '../i18n/index.ts';
import type { SecurityEventKind } from './audit.ts';

/** Under what a person looks for an event in the history of their account. */
export type ActivityGroup = 'signing-in' | 'refused' | 'changes' | 'other';

/** How an event is told to the person whom it concerns. */
export type ActivityLabel = { readonly word: PlainWordKey; readonly group: ActivityGroup };

/** How kinds of event are told: those of a room, or of a floor. */
export type ActivityLabels = { readonly [Kind in SecurityEventKind]?: ActivityLabel };
