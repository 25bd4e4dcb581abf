import { type Agency, inLanguage } from '../../platform/agency/index.ts';
import type { Languages, Words } from '../../platform/i18n/index.ts';
import { type Letter, layOut, type Outbox } from '../../platform/mail/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Lost } from './evidence.ts';
import type { RecoveryMessages } from './recovery.ts';

const MADE_ANEW = {
  password: 'recover.mail-completed-password',
  'second-step': 'recover.mail-completed-second-step',
  both: 'recover.mail-completed-both',
} as const satisfies Record<Lost, string>;

/** Every message of a way back, in the reader's language. */
export function recoveryMessages({
  outbox,
  languages,
  agency,
  publicUrl,
  policy,
}: {
  outbox: Outbox;
  languages: Languages;
  agency: Agency;
  publicUrl: URL;
  policy: Policy;
}): RecoveryMessages {
  type Write = (words: Words, name: string) => Omit<Letter, 'to'>;
  const send = (
    database: Parameters<Outbox['send']>[0],
    to: string,
    language: string,
    write: Write,
  ): Promise<void> => {
    const words = languages.get(language);
    const letter = { to, ...write(words, inLanguage(agency.name, words.language)) };
    return outbox.send(database, layOut(letter, { words, agency, publicUrl }));
  };
  const address = (path: string, query: Record<string, string>) =>
    new URL(`${path}?${new URLSearchParams(query)}`, publicUrl).href;
  const stop = ({ t }: Words, cancel: string) => ({
    text: t('recover.mail-held-stop'),
    href: address('/recover/cancel', { link: cancel }),
  });

  return {
    link: (database, to, language, token) =>
      send(database, to, language, ({ t }, name) => ({
        subject: t('recover.mail-link-subject', { agency: name }),
        paragraphs: [
          t('recover.mail-link-text', { agency: name, minutes: policy.recovery.linkMinutes }),
          t('recover.mail-not-you'),
        ],
        link: { text: t('recover.mail-link'), href: address('/recover/link', { token }) },
      })),
    code: (database, to, language, code) =>
      send(database, to, language, ({ t }, name) => ({
        subject: t('recover.mail-code-subject', { agency: name }),
        paragraphs: [
          t('recover.mail-code-text', { agency: name, minutes: policy.code.minutes }),
          t('recover.mail-code-not-you'),
        ],
        code,
      })),
    held: (database, to, language, { until, cancel }) =>
      send(database, to, language, (words, name) => ({
        subject: words.t('recover.mail-held-subject', { agency: name }),
        paragraphs: [
          words.t('recover.mail-held-text', { until: words.dateTime(until) }),
          words.t('recover.mail-held-you'),
        ],
        link: stop(words, cancel),
      })),
    reminder: (database, to, language, { until, cancel }) =>
      send(database, to, language, (words, name) => ({
        subject: words.t('recover.mail-reminder-subject', { agency: name }),
        paragraphs: [
          words.t('recover.mail-held-text', { until: words.dateTime(until) }),
          words.t('recover.mail-held-you'),
        ],
        link: stop(words, cancel),
      })),
    ready: (database, to, language, { cancel }) =>
      send(database, to, language, (words, name) => ({
        subject: words.t('recover.mail-ready-subject', { agency: name }),
        paragraphs: [
          words.t('recover.mail-ready-text'),
          words.t('recover.mail-ready-open', { address: new URL('/recover', publicUrl).href }),
        ],
        link: stop(words, cancel),
      })),
    completed: (database, to, language, lost) =>
      send(database, to, language, ({ t }, name) => ({
        subject: t('recover.mail-completed-subject', { agency: name }),
        paragraphs: [t(MADE_ANEW[lost]), t('recover.mail-completed-not-you')],
      })),
    cancelled: (database, to, language) =>
      send(database, to, language, ({ t }, name) => ({
        subject: t('recover.mail-cancelled-subject', { agency: name }),
        paragraphs: [t('recover.mail-cancelled-text')],
      })),
  };
}
