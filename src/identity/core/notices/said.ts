import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import type { HeldFor } from '../open-recoveries/index.ts';

/** What a notice says beside when it happened. */
export type Said = {
  /** Also the subject, and what a text message says. */
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly facts?: readonly Fact[];
  readonly closing?: readonly string[];
  /** What to do whoever it was. */
  readonly next?: { readonly text: string; readonly path: string };
  /** What to do when it was somebody else, and the words of the link that does it. */
  readonly otherwise?: { readonly title: string; readonly text: string; readonly link: string };
};

export type Otherwise = NonNullable<Said['otherwise']>;
export type Fact = { readonly term: string; readonly value: string };

/** Something that is as it should be when the person did it. */
export function done({ t }: Words, title: PlainWordKey, text: PlainWordKey): Said {
  return {
    title: t(title),
    paragraphs: [t(text)],
    closing: [t('notices.if-you')],
    otherwise: notYou({ t }),
  };
}

/** Something that the agency did, as it should be when the person asked for it. */
export const byAgency = (words: Words, title: PlainWordKey, text: PlainWordKey): Said => ({
  ...done(words, title, text),
  closing: [words.t('notices.if-asked')],
});

/** Somebody waits for a hold, by which nobody gets in before its end. */
export const held = (
  words: Words,
  title: PlainWordKey,
  { lost, holdUntil }: { readonly lost: HeldFor; readonly holdUntil: Date },
): Said => ({
  title: words.t(title),
  paragraphs: [words.t(GAVE[lost])],
  closing: [words.t(HOW[lost], { until: words.moment(holdUntil) })],
  otherwise: stopIt(words),
});

const GAVE = {
  password: 'notices.recovery-begun-password',
  'second-step': 'notices.recovery-begun-second-step',
  both: 'notices.recovery-begun-both',
  everything: 'notices.recovery-begun-everything',
} as const satisfies Record<HeldFor, PlainWordKey>;

/** How whoever waits goes on at the end. */
const HOW = {
  password: 'notices.recovery-begun-hold',
  'second-step': 'notices.recovery-begun-hold',
  both: 'notices.recovery-begun-hold',
  everything: 'notices.recovery-begun-agency',
} as const satisfies Record<HeldFor, unknown>;

export const stopIt = (words: Words): Otherwise => ({
  title: words.t('notices.not-you-title'),
  text: words.t('notices.recovery-begun-not-you'),
  link: words.t('notices.recovery-begun-link'),
});

/** Somebody else may be in the account. */
export function notYou({ t }: Pick<Words, 't'>): Otherwise {
  return {
    title: t('notices.not-you-title'),
    text: t('notices.not-you-text'),
    link: t('notices.not-you-link'),
  };
}
