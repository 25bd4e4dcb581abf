import type { Mailer } from '../../../platform/messages/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { EmailMessages } from './emails.ts';

export function emailMessages(mailer: Mailer, { code: { minutes } }: Policy): EmailMessages {
  return {
    code: (database, to, language, code) =>
      mailer.letter(database, { to, language }, ({ t }, { agency }) => ({
        subject: t('emails.mail-code-subject', { agency }),
        title: t('emails.mail-code-title'),
        paragraphs: [t('emails.mail-code-text')],
        code,
        closing: [t('emails.mail-code-lasts', { minutes })],
        usefulMinutes: minutes,
      })),
    belongsToAnother: (database, to, language) =>
      mailer.letter(database, { to, language }, ({ t }, { agency }) => ({
        subject: t('emails.mail-taken-subject', { agency }),
        title: t('emails.mail-taken-title'),
        paragraphs: [t('emails.mail-taken-text'), t('emails.mail-taken-not-you')],
      })),
  };
}
