import { inLanguage } from '../../platform/agency/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { CaseCatalogue, Tone } from './catalogue.ts';

/** How a tone is marked beside its words. */
const MARKS = {
  moving: 'neutral',
  'waiting-for-you': 'attention',
  good: 'good',
  bad: 'ended',
  stopped: 'ended',
} as const satisfies Record<Tone, string>;

/** A status in a word or two, and how it is marked. */
export type StatusMark = { readonly text: string; readonly kind: (typeof MARKS)[Tone] };

/** What a form is called in the reader's language; its code where the agency no longer has it. */
export function nameOfForm(form: string, catalogue: CaseCatalogue, words: Words): string {
  const found = catalogue.forms.get(form);
  return found === undefined ? form : inLanguage(found.name, words.language);
}

/** What a status is called in the reader's language, also where the agency no longer has it. */
export function markOfStatus(status: string, catalogue: CaseCatalogue, words: Words): StatusMark {
  const found = catalogue.statuses.get(status);
  return found === undefined
    ? { text: words.t('cases.status-unknown'), kind: 'neutral' }
    : { text: inLanguage(found.label, words.language), kind: MARKS[found.tone] };
}
