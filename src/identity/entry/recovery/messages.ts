import { MINUTE } from '../../../platform/clock/index.ts';
import type { Mailer } from '../../../platform/messages/index.ts';
import { PASS } from '../../core/flood-guard/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { RecoveryMessages } from './machine.ts';

/** The messages that prove whose an email is, in the reader's language. */
export function recoveryMessages(mailer: Mailer, { recovery, code: numbers }: Policy): RecoveryMessages {
  const withToken = (path: string, token: string) => `${path}?${new URLSearchParams({ token })}`;
  return {
    link: (database, to, language, { lost, token }) => {
      const { linkMinutes: minutes } = recovery;
      return mailer.letter(database, { to, language }, ({ t }, { agency, page }) =>
        lost === 'password'
          ? {
              subject: t('recover.mail-link-subject', { agency }),
              paragraphs: [t('recover.mail-link-text', { minutes }), t('recover.mail-not-you')],
              usefulMinutes: minutes,
              link: { text: t('recover.mail-link'), href: page(withToken('/recover/link', token)) },
            }
          : {
              subject: t('recover.mail-try-subject', { agency }),
              paragraphs: [t('recover.mail-try-text', { minutes }), t('recover.mail-not-you')],
              usefulMinutes: minutes,
              link: { text: t('recover.mail-try'), href: page(withToken('/recover/try', token)) },
            },
      );
    },
    pass: (database, to, language, token) =>
      mailer.letter(database, { to, language }, ({ t }, { agency, page }) => ({
        subject: t('recover.mail-pass-subject', { agency }),
        paragraphs: [t('recover.mail-pass-why'), t('recover.mail-pass-text'), t('recover.mail-pass-not-you')],
        usefulMinutes: PASS.lasts / MINUTE,
        link: { text: t('recover.mail-pass'), href: page(withToken('/recover/pass', token)) },
      })),
    code: (database, to, language, { code, knowsPassword }) => {
      const { minutes } = numbers;
      return mailer.letter(database, { to, language }, ({ t }, { agency }) => ({
        subject: t('recover.mail-code-subject', { agency }),
        paragraphs: [t('recover.mail-code-text', { minutes })],
        code,
        closing: [knowsPassword ? t('recover.mail-code-password') : t('recover.mail-code-not-you')],
        usefulMinutes: minutes,
      }));
    },
  };
}
