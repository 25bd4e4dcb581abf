import { type Agency, inLanguage } from '../agency/index.ts';
import type { Words } from '../i18n/index.ts';
import type { Sms } from './message.ts';

type Sender = { readonly words: Words; readonly agency: Agency; readonly publicUrl: URL };

/**
 * A one-time code as a text message. Its last line binds the code to this site, so that a browser fills it in here and
 * nowhere else (WICG, Origin-bound one-time codes delivered via SMS §2.2).
 */
export function codeText(
  { to, code, minutes }: { to: string; code: string; minutes: number },
  { words, agency, publicUrl }: Sender,
): Sms {
  const name = inLanguage(agency.shortName, words.language);
  const said = words.t('messages.sms-code', { agency: name, code, minutes });
  return {
    is: 'sms',
    to,
    text: `${plain(said)}\n\n@${publicUrl.hostname} #${code}`,
    usefulMinutes: minutes,
  };
}

/** A sentence as a text message, in the agency's name. */
export function shortText(
  { to, sentence }: { to: string; sentence: string },
  { words, agency }: Sender,
): Sms {
  const name = inLanguage(agency.shortName, words.language);
  return { is: 'sms', to, text: plain(words.t('messages.sms-sentence', { agency: name, sentence })) };
}

/** What a message may hold at 160 characters a part (3GPP TS 23.038 §6.2.1); one other halves that and more. */
const GSM = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€',
);
const ALIKE: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
};

/**
 * Writes the few letters that GSM does not have without their accents, as Spanish messages do, where the whole then
 * fits; a text in another script stays as it is.
 */
function plain(text: string): string {
  const letters = [...text.normalize('NFC')].map((letter) => {
    if (GSM.has(letter)) return letter;
    return ALIKE[letter] ?? letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
  });
  const written = letters.join('');
  return [...written].every((letter) => GSM.has(letter)) ? written : text;
}
