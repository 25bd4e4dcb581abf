import { type Agency, inLanguage } from '../../platform/agency/index.ts';
import type { Languages, Words } from '../../platform/i18n/index.ts';
import { type Letter, layOut, type Outbox } from '../../platform/messages/index.ts';
import type { Policy } from '../policy/index.ts';
import type { RecoveryMessages } from './machine.ts';

/** The messages that prove whose an email is, in the reader's language. */
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

  return {
    link: (database, to, language, { lost, token }) => {
      const { linkMinutes: minutes } = policy.recovery;
      return lost === 'password'
        ? send(database, to, language, ({ t }, name) => ({
            subject: t('recover.mail-link-subject', { agency: name }),
            paragraphs: [t('recover.mail-link-text', { agency: name, minutes }), t('recover.mail-not-you')],
            usefulMinutes: minutes,
            link: { text: t('recover.mail-link'), href: address('/recover/link', { token }) },
          }))
        : send(database, to, language, ({ t }, name) => ({
            subject: t('recover.mail-try-subject', { agency: name }),
            paragraphs: [t('recover.mail-try-text', { agency: name, minutes }), t('recover.mail-not-you')],
            usefulMinutes: minutes,
            link: { text: t('recover.mail-try'), href: address('/recover/try', { token }) },
          }));
    },
    code: (database, to, language, code) =>
      send(database, to, language, ({ t }, name) => ({
        subject: t('recover.mail-code-subject', { agency: name }),
        paragraphs: [
          t('recover.mail-code-text', { agency: name, minutes: policy.code.minutes }),
          t('recover.mail-code-not-you'),
        ],
        code,
        usefulMinutes: policy.code.minutes,
      })),
  };
}
