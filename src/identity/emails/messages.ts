import { type Agency, inLanguage } from '../../platform/agency/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import { layOut, type Outbox } from '../../platform/messages/index.ts';
import type { Policy } from '../policy/index.ts';
import type { EmailMessages } from './emails.ts';

export function emailMessages({
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
}): EmailMessages {
  const { minutes } = policy.code;
  return {
    code: (database, to, language, code) => {
      const words = languages.get(language);
      const name = inLanguage(agency.name, language);
      return outbox.send(
        database,
        layOut(
          {
            to,
            subject: words.t('emails.mail-code-subject', { agency: name }),
            title: words.t('emails.mail-code-title'),
            paragraphs: [
              words.t('emails.mail-code-text', { agency: name }),
              words.t('emails.mail-code-lasts', { minutes }),
            ],
            code,
            usefulMinutes: minutes,
          },
          { words, agency, publicUrl },
        ),
      );
    },
    belongsToAnother: (database, to, language) => {
      const words = languages.get(language);
      const name = inLanguage(agency.name, language);
      return outbox.send(
        database,
        layOut(
          {
            to,
            subject: words.t('emails.mail-taken-subject', { agency: name }),
            title: words.t('emails.mail-taken-title'),
            paragraphs: [
              words.t('emails.mail-taken-text', { agency: name }),
              words.t('emails.mail-taken-not-you'),
            ],
          },
          { words, agency, publicUrl },
        ),
      );
    },
  };
}
