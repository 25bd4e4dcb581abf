import type { Agency } from '../../platform/agency/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import { codeText, type Outbox } from '../../platform/messages/index.ts';
import type { Policy } from '../policy/index.ts';
import type { SmsMessages } from './sms-codes.ts';

export function smsMessages({
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
  policy: Pick<Policy, 'code'>;
}): SmsMessages {
  const { minutes } = policy.code;
  return {
    code: (transaction, to, language, code) =>
      outbox.send(
        transaction,
        codeText({ to, code, minutes }, { words: languages.get(language), agency, publicUrl }),
      ),
  };
}
