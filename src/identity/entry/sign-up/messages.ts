import { MINUTE } from '../../../platform/clock/index.ts';
import type { Mailer } from '../../../platform/messages/index.ts';
import { PASS } from '../../core/flood-guard/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { SignUpMessages } from './sign-up.ts';

export function signUpMessages(mailer: Mailer, { code: { minutes } }: Policy): SignUpMessages {
  return {
    code: (database, to, language, code) =>
      mailer.letter(database, { to, language }, ({ t }, { agency }) => ({
        subject: t('sign-up.mail-code-subject', { agency }),
        paragraphs: [t('sign-up.mail-code-text')],
        code,
        closing: [t('sign-up.mail-code-lasts', { minutes })],
        usefulMinutes: minutes,
      })),
    pass: (database, to, language, token) =>
      mailer.letter(database, { to, language }, ({ t }, { agency, page }) => ({
        subject: t('sign-up.mail-pass-subject', { agency }),
        paragraphs: [t('sign-up.mail-pass-why'), t('sign-up.mail-pass-text'), t('sign-up.mail-pass-not-you')],
        usefulMinutes: PASS.lasts / MINUTE,
        link: {
          text: t('sign-up.mail-pass'),
          href: page(`/sign-up/pass?${new URLSearchParams({ token })}`),
        },
      })),
    alreadyRegistered: (database, to, language) =>
      mailer.letter(database, { to, language }, ({ t }, { agency, page }) => ({
        subject: t('sign-up.mail-known-subject', { agency }),
        paragraphs: [t('sign-up.mail-known-text'), t('sign-up.mail-known-not-you')],
        link: { text: t('sign-up.mail-known-link'), href: page('/sign-in') },
      })),
  };
}
