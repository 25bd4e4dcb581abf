import { type BrowserName, sayBrowser } from '../../../platform/browser/index.ts';
import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import { writtenEmail } from '../../../platform/typed/index.ts';
import type { HeldFor } from '../open-recoveries/index.ts';
import { maskedPhone, type PhoneNumber } from '../phones/index.ts';
import type { FactorKind, SecondSteps } from '../second-steps/index.ts';
import { byAgency, done, type Fact, held, notYou, type Said, stopIt } from './said.ts';
import { sayTakenOut, type TakenOut } from './taken-out.ts';

/** What somebody had proven before a second step that was wrong. */
export type Behind = 'password' | 'email' | 'session';

/** A way to sign in, as notices name it. */
export type WayIn = 'password' | FactorKind;

type Nothing = Readonly<Record<never, never>>;
/** What the person calls it; null where they gave no name. */
type Named = { readonly name: string | null };

/** What people are told about their account, and what each needs to be said (NIST SP 800-63B-4 §4.6; ASVS 6.3.5, 6.3.7). */
type Details = {
  readonly 'account-created': Nothing;
  readonly 'new-device': { readonly browser: string; readonly system: string };
  readonly 'password-changed': Nothing;
  /** Null where there is none any more. */
  readonly 'username-changed': { readonly username: string | null };
  readonly 'person-corrected': Nothing;
  /** Where the person lives or gets letters. */
  readonly 'contact-changed': Nothing;
  /** No alert comes by email any more. */
  readonly 'alerts-ended': Nothing;
  /** By whoever was in the account. */
  readonly 'appointment-moved': Nothing;
  readonly 'appointment-cancelled': Nothing;
  /** A private address was made at which a program reads when and where the person's appointments are. */
  readonly 'calendar-added': Nothing;
  readonly 'email-added': { readonly email: string };
  readonly 'email-changed': { readonly main: string; readonly old: string };
  /** The address is told too. */
  readonly 'email-removed': { readonly email: string };
  readonly 'phone-added': { readonly number: PhoneNumber };
  readonly 'phone-removed': { readonly number: PhoneNumber };
  readonly 'phone-notices-off': { readonly number: PhoneNumber };
  readonly 'factor-added': { readonly factor: WayIn } & Named;
  readonly 'factor-removed': { readonly factor: WayIn } & Named;
  readonly 'factor-disabled': { readonly factor: WayIn };
  readonly 'passkey-copied': Named;
  /** Somebody got past the first step, and then gave wrong answers for the second. */
  readonly 'second-step-refused': { readonly factor: WayIn; readonly behind: Behind };
  readonly 'backup-codes-renewed': Nothing;
  readonly 'questions-set': Nothing;
  readonly 'questions-removed': Nothing;
  /** Where it signed in a device that the account did not know, this says so too, so that nobody hears of one code twice. */
  readonly 'backup-code-used': { readonly left: number; readonly onNewDevice: boolean };
  /** `recovery` is the way back that whoever did not ask for it ends by a link. */
  readonly 'recovery-begun': { readonly lost: HeldFor; readonly holdUntil: Date; readonly recovery: string };
  readonly 'recovery-waits': { readonly lost: HeldFor; readonly holdUntil: Date; readonly recovery: string };
  readonly 'recovery-shortened': { readonly holdUntil: Date; readonly recovery: string };
  readonly 'recovery-ready': { readonly recovery: string };
  readonly 'recovery-finished': {
    readonly anew: 'password' | 'second-step' | 'both';
    /** Whether the account was locked after “This wasn’t me” until then. */
    readonly afterAlarm: boolean;
    /** The addresses that were taken out at the end of the alarm. */
    readonly out: readonly string[];
  };
  readonly 'recovery-cancelled': Nothing;
  /** The addresses that were taken out with it. */
  readonly 'alarm-ended': { readonly out: readonly string[] };
  /** `recover` is the page of this site at which the person gets the account back. */
  readonly 'alarm-raised': {
    readonly recover: string;
    readonly days: number;
    readonly taken: TakenOut;
    /** What the person called the ways to sign in among it. */
    readonly names: readonly string[];
    /** The addresses among it. */
    readonly emails: { readonly out: readonly string[]; readonly back: readonly string[] };
  };
  /** The agency corrected what it has of who the person is. */
  readonly 'person-corrected-by-agency': Nothing;
  /** The agency took a case out of the account. */
  readonly 'case-released': Nothing;
  readonly 'sessions-ended': Nothing;
  readonly 'account-closing': { readonly on: Date };
  readonly 'account-closing-soon': { readonly on: Date };
  readonly 'account-closing-cancelled': Nothing;
  readonly 'account-erased': Nothing;
  readonly 'data-ready': { readonly until: Date };
};

export type NoticeKind = keyof Details;
type NoticeOf<K extends NoticeKind> = { [P in K]: { readonly is: P } & Details[P] }[K];
export type Notice = NoticeOf<NoticeKind>;

/** Each kind of notice in words. A kind without them does not compile. */
const KINDS: {
  readonly [K in NoticeKind]: (notice: NoticeOf<K>, words: Words, to: string, steps: SecondSteps) => Said;
} = {
  'account-created': (_, words) => ({
    ...done(words, 'notices.account-created-title', 'notices.account-created-text'),
    otherwise: { ...notYou(words), text: words.t('notices.account-created-not-you') },
  }),
  'new-device': (browser, words) => ({
    ...done(words, 'notices.new-device-title', 'notices.new-device-text'),
    facts: deviceFact(browser, words),
  }),
  'password-changed': (_, words) =>
    done(words, 'notices.password-changed-title', 'notices.password-changed-text'),
  'username-changed': ({ username }, words) =>
    username === null
      ? done(words, 'notices.username-removed-title', 'notices.username-changed-none')
      : {
          ...done(words, 'notices.username-changed-title', 'notices.username-changed-text'),
          facts: [{ term: words.t('account.username'), value: masked(username) }],
        },
  'person-corrected': (_, words) =>
    done(words, 'notices.person-corrected-title', 'notices.person-corrected-text'),
  'contact-changed': (_, words) =>
    done(words, 'notices.contact-changed-title', 'notices.contact-changed-text'),
  'alerts-ended': (_, words) => done(words, 'notices.alerts-ended-title', 'notices.alerts-ended-text'),
  'appointment-moved': (_, words) =>
    done(words, 'notices.appointment-moved-title', 'notices.appointment-moved-text'),
  'appointment-cancelled': (_, words) =>
    done(words, 'notices.appointment-cancelled-title', 'notices.appointment-cancelled-text'),
  'calendar-added': (_, words) => done(words, 'notices.calendar-added-title', 'notices.calendar-added-text'),
  'email-added': ({ email }, words) => ({
    ...done(words, 'notices.email-added-title', 'notices.email-added-text'),
    facts: [address(email, words)],
  }),
  'email-changed': ({ main, old }, words, to) => ({
    ...done(words, 'notices.email-changed-title', mainWordFor(to, main, old)),
    facts: [{ term: words.t('emails.main'), value: maskedEmail(main) }],
  }),
  'email-removed': ({ email }, words, to) => ({
    ...done(
      words,
      'notices.email-removed-title',
      to === email ? 'notices.email-removed-here' : 'notices.email-removed-text',
    ),
    facts: [address(email, words)],
  }),
  'phone-added': ({ number }, words) => ({
    ...done(words, 'notices.phone-added-title', 'notices.phone-added-text'),
    facts: [phone(number, words)],
  }),
  'phone-removed': ({ number }, words) => ({
    ...done(words, 'notices.phone-removed-title', 'notices.phone-removed-text'),
    facts: [phone(number, words)],
  }),
  'phone-notices-off': ({ number }, words) => ({
    ...done(words, 'notices.phone-notices-off-title', 'notices.phone-notices-off-text'),
    facts: [phone(number, words)],
  }),
  'factor-added': ({ factor, name }, words, _, steps) => ({
    ...done(words, 'notices.factor-added-title', 'notices.factor-added-text'),
    facts: [way(factor, words, steps), ...nameFact(name, words)],
  }),
  'factor-removed': ({ factor, name }, words, _, steps) => ({
    ...done(words, 'notices.factor-removed-title', 'notices.factor-removed-text'),
    facts: [way(factor, words, steps), ...nameFact(name, words)],
  }),
  'factor-disabled': ({ factor }, words, _, steps) => ({
    title: words.t('notices.factor-disabled-title'),
    paragraphs: [words.t('notices.factor-disabled-text')],
    facts: [way(factor, words, steps)],
    otherwise: { ...notYou(words), text: words.t('notices.factor-disabled-not-you') },
  }),
  'passkey-copied': ({ name }, words) => ({
    title: words.t('notices.passkey-copied-title'),
    paragraphs: [words.t('notices.passkey-copied-text')],
    facts: nameFact(name, words),
    otherwise: notYou(words),
  }),
  'second-step-refused': ({ factor, behind }, words, _, steps) => {
    const { text, notYou: advice } = REFUSED_BEHIND[behind];
    return {
      ...done(words, 'notices.second-step-refused-title', text),
      facts: [way(factor, words, steps)],
      otherwise: advice === null ? notYou(words) : { ...notYou(words), text: words.t(advice) },
    };
  },
  'backup-codes-renewed': (_, words) =>
    done(words, 'notices.backup-codes-renewed-title', 'notices.backup-codes-renewed-text'),
  'questions-set': (_, words) => done(words, 'notices.questions-set-title', 'notices.questions-set-text'),
  'questions-removed': (_, words) =>
    done(words, 'notices.questions-removed-title', 'notices.questions-removed-text'),
  'backup-code-used': ({ left, onNewDevice }, words) => ({
    title: words.t(onNewDevice ? 'notices.backup-code-used-new-title' : 'notices.backup-code-used-title'),
    paragraphs: [
      ...(onNewDevice ? [words.t('notices.new-device-text')] : []),
      words.t('notices.backup-code-used-text', { left }),
    ],
    closing: [words.t(left <= FEW_CODES ? 'notices.backup-code-used-few' : 'notices.if-you')],
    otherwise: notYou(words),
  }),
  'recovery-begun': (hold, words) => held(words, 'notices.recovery-begun-title', hold),
  'recovery-waits': (hold, words) => held(words, 'notices.recovery-waits-title', hold),
  'recovery-shortened': ({ holdUntil }, words) => ({
    title: words.t('notices.recovery-shortened-title'),
    paragraphs: [words.t('notices.recovery-shortened-text')],
    closing: [words.t('notices.recovery-begun-hold', { until: words.moment(holdUntil) })],
    otherwise: stopIt(words),
  }),
  'recovery-ready': (_, words) => ({
    title: words.t('notices.recovery-ready-title'),
    paragraphs: [words.t('notices.recovery-ready-text')],
    otherwise: stopIt(words),
  }),
  'recovery-finished': ({ anew, afterAlarm, out }, words, to) => {
    if (out.includes(to)) return endedHere(words);
    const said = done(words, 'notices.recovery-finished-title', ANEW[anew]);
    if (!afterAlarm) return said;
    return { ...said, paragraphs: [...said.paragraphs, words.t('notices.recovery-finished-safe')] };
  },
  'recovery-cancelled': (_, words) =>
    done(words, 'notices.recovery-cancelled-title', 'notices.recovery-cancelled-text'),
  'alarm-raised': ({ recover, days, taken, names, emails }, words, to, steps) => {
    const { t } = words;
    if (emails.out.includes(to))
      return {
        title: t('notices.taken-here-title'),
        paragraphs: [t('notices.taken-here-text', { days }), t('notices.taken-here-next')],
      };
    const { out, back } = sayTakenOut(taken, words, steps);
    const changed = out !== null || back !== null;
    return {
      title: t('notices.alarm-raised-title'),
      paragraphs: [
        t('notices.alarm-raised-text'),
        t('notices.alarm-raised-next'),
        changed ? t('notices.alarm-raised-reverted', { days }) : t('notices.alarm-raised-nothing'),
      ],
      facts: [
        ...listed(t('notices.taken-out'), out, [...emails.out.map(maskedEmail), ...names.map(named)], words),
        ...listed(t('notices.taken-back'), back, emails.back.map(maskedEmail), words),
      ],
      next: { text: t('notices.alarm-raised-link'), path: recover },
    };
  },
  'alarm-ended': ({ out }, words, to) =>
    out.includes(to)
      ? endedHere(words)
      : {
          title: words.t('notices.alarm-ended-title'),
          paragraphs: [words.t('notices.alarm-ended-text')],
        },
  'person-corrected-by-agency': (_, words) =>
    byAgency(words, 'notices.person-corrected-by-agency-title', 'notices.person-corrected-by-agency-text'),
  'case-released': (_, words) => byAgency(words, 'notices.case-released-title', 'notices.case-released-text'),
  'sessions-ended': (_, words) => done(words, 'notices.sessions-ended-title', 'notices.sessions-ended-text'),
  'account-closing': ({ on }, words) => ({
    title: words.t('notices.account-closing-title'),
    paragraphs: [
      words.t('notices.account-closing-text', { on: words.moment(on) }),
      words.t('notices.account-closing-cases'),
    ],
    otherwise: notYou(words),
  }),
  'account-closing-soon': ({ on }, words) => ({
    title: words.t('notices.account-closing-soon-title'),
    paragraphs: [
      words.t('notices.account-closing-soon-text', { on: words.moment(on) }),
      words.t('notices.account-closing-cases'),
    ],
    next: { text: words.t('notices.account-closing-soon-link'), path: '/account/closing' },
    otherwise: notYou(words),
  }),
  'account-erased': (_, words) => ({
    title: words.t('notices.account-erased-title'),
    paragraphs: [words.t('notices.account-erased-text'), words.t('notices.account-closing-cases')],
    closing: [words.t('notices.account-erased-anew')],
  }),
  'account-closing-cancelled': (_, words) =>
    done(words, 'notices.account-closing-cancelled-title', 'notices.account-closing-cancelled-text'),
  'data-ready': ({ until }, words) => ({
    title: words.t('notices.data-ready-title'),
    paragraphs: [words.t('notices.data-ready-text', { until: words.moment(until) })],
    otherwise: notYou(words),
  }),
};

/** For an address that is out since somebody else has the account for their own. */
const endedHere = ({ t }: Words): Said => ({
  title: t('notices.taken-here-title'),
  paragraphs: [t('notices.ended-here-text')],
});

/** What a notice says in a language to the reader of an address, or of a phone. */
export function say<K extends NoticeKind>(
  notice: NoticeOf<K>,
  words: Words,
  to: string,
  steps: SecondSteps,
): Said {
  return KINDS[notice.is](notice, words, to, steps);
}

/** From so many codes left on, a person is asked to make new ones. */
const FEW_CODES = 3;

const way = (factor: WayIn, { t }: Words, steps: SecondSteps): Fact => ({
  term: t('notices.way'),
  value: t(factor === 'password' ? 'notices.way-password' : steps[factor].name),
});
const address = (email: string, { t }: Words): Fact => ({
  term: t('emails.email'),
  value: maskedEmail(email),
});
const phone = (number: PhoneNumber, words: Words): Fact => ({
  term: words.t('phones.number'),
  value: maskedPhone(number, words),
});

function nameFact(name: string | null, { t }: Words): readonly Fact[] {
  const value = named(name ?? '');
  return value === '' ? [] : [{ term: t('notices.name'), value }];
}

/** In which browser it was done, as far as one did it and said. */
export function deviceFact({ browser, system }: BrowserName, words: Words): readonly Fact[] {
  const value = sayBrowser(words, { browser: named(browser), system: named(system) });
  return value === null ? [] : [{ term: words.t('notices.device'), value }];
}

/** What was taken out or brought back, and what there is to tell those among it apart by. */
function listed(term: string, what: string | null, each: readonly string[], { t }: Words): readonly Fact[] {
  if (what === null) return [];
  if (each.length === 0) return [{ term, value: what }];
  return [{ term, value: t('notices.taken-with', { what, each: each.join(', ') }) }];
}

const ANEW = {
  password: 'notices.recovery-finished-password',
  'second-step': 'notices.recovery-finished-second-step',
  both: 'notices.recovery-finished-both',
} as const satisfies Record<string, PlainWordKey>;

function mainWordFor(to: string, main: string, old: string): PlainWordKey {
  if (to === main) return 'notices.email-changed-new';
  return to === old ? 'notices.email-changed-old' : 'notices.email-changed-text';
}

const SHOWN = 2;

/** Enough for its owner to know it again, and too little for anybody to use it or for a mail program to make a link of. */
function masked(text: string): string {
  const letters = [...text];
  return `${letters.slice(0, Math.min(SHOWN, letters.length - 1)).join('')}•••`;
}
const maskedEmail = (email: string): string => writtenEmail(email).split('@').map(masked).join('@');

/** What is said of wrong second steps, and to do about them; null for what is said of everything else. */
const REFUSED_BEHIND = {
  password: {
    text: 'notices.second-step-refused-text',
    notYou: 'notices.second-step-refused-not-you',
  },
  email: {
    text: 'notices.second-step-refused-email',
    notYou: 'notices.second-step-refused-email-not-you',
  },
  session: { text: 'notices.second-step-refused-session', notYou: null },
} as const satisfies Record<Behind, { text: PlainWordKey; notYou: PlainWordKey | null }>;

/** A name that a browser or a person gave: words and numbers, and nothing that a mail program makes a link of. */
function named(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{M}\p{N}'’ -]/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, 40);
}
