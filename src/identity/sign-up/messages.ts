import type { Agency } from '../../platform/agency/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import { layOut, type Outbox } from '../../platform/messages/index.ts';
import type { Policy } from '../policy/index.ts';
import type { SignUpMessages } from './sign-up.ts';

export function signUpMessages({
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
}): SignUpMessages {
  return {
    code: (database, to, language, code) => {
      const words = languages.get(language);
      const name = inLanguage(agency.name, language);
      return outbox.send(
        database,
        layOut(
          {
            to,
            subject: words.t('sign-up.mail-code-subject', { agency: name }),
            paragraphs: [
              words.t('sign-up.mail-code-text', { agency: name }),
              words.t('sign-up.mail-code-lasts', { minutes: policy.code.minutes }),
            ],
            code,
            usefulMinutes: policy.code.minutes,
          },
          { words, agency, publicUrl },
        ),
      );
    },
    alreadyRegistered: (database, to, language) => {
      const words = languages.get(language);
      const name = inLanguage(agency.name, language);
      return outbox.send(
        database,
        layOut(
          {
            to,
            subject: words.t('sign-up.mail-known-subject', { agency: name }),
            paragraphs: [
              words.t('sign-up.mail-known-text', { agency: name }),
              words.t('sign-up.mail-known-not-you'),
            ],
            link: { text: words.t('sign-up.mail-known-link'), href: new URL('/sign-in', publicUrl).href },
          },
          { words, agency, publicUrl },
        ),
      );
    },
  };
}
