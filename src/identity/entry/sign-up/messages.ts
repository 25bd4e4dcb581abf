import type { Post } from '../../../platform/messages/index.ts';
import { PASS } from '../../core/load/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { SignUpMessages } from './sign-up.ts';

export function signUpMessages(post: Post, { code: { minutes } }: Policy): SignUpMessages {
  return {
    code: (database, to, language, code) =>
      post.letter(database, { to, language }, ({ t }, { agency }) => ({
        subject: t('sign-up.mail-code-subject', { agency }),
        paragraphs: [t('sign-up.mail-code-text')],
        code,
        closing: [t('sign-up.mail-code-lasts', { minutes })],
        usefulMinutes: minutes,
      })),
    pass: (database, to, language, token) =>
      post.letter(database, { to, language }, ({ t }, { agency, page }) => ({
        subject: t('sign-up.mail-pass-subject', { agency }),
        paragraphs: [t('sign-up.mail-pass-why'), t('sign-up.mail-pass-text'), t('sign-up.mail-pass-not-you')],
        usefulMinutes: PASS.lasts / 60_000,
        link: {
          text: t('sign-up.mail-pass'),
          href: page(`/sign-up/pass?${new URLSearchParams({ token })}`),
        },
      })),
    alreadyRegistered: (database, to, language) =>
      post.letter(database, { to, language }, ({ t }, { agency, page }) => ({
        subject: t('sign-up.mail-known-subject', { agency }),
        paragraphs: [t('sign-up.mail-known-text'), t('sign-up.mail-known-not-you')],
        link: { text: t('sign-up.mail-known-link'), href: page('/sign-in') },
      })),
  };
}
