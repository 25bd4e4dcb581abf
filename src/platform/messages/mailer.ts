import { type Agency, inLanguage } from '../agency/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import type { Languages, Words } from '../i18n/index.ts';
import { type Letter, layOut } from './letter.tsx';
import type { Channel } from './message.ts';
import type { Outbox, Sending } from './outbox.ts';
import { codeText, shortText } from './text.ts';

/** Who a message goes to, and the language that they read. */
export type Reader = { readonly to: string; readonly language: string };

/** What a message may say of its sender, in the reader's language. */
export type Sender = {
  readonly agency: string;
  readonly shortName: string;
  readonly host: string;
  /** The address of a page of this site. @throws for any other: a message leads nowhere else */
  page(path: string): string;
};

/** Writes to people in the agency's name and in their language, in the caller's transaction. */
export type Mailer = {
  /** Whether messages of a channel go anywhere here. */
  canSend(channel: Channel): boolean;
  letter(
    database: Database,
    reader: Reader,
    write: (words: Words, sender: Sender) => Omit<Letter, 'to'>,
    sending?: Sending,
  ): Promise<void>;
  /** @param write gives one sentence */
  text(
    database: Database,
    reader: Reader,
    write: (words: Words, sender: Sender) => string,
    sending?: Sending,
  ): Promise<void>;
  /** Which of some messages are still on their way. */
  waiting(database: Database, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** A one-time code as a text message. */
  codeText(database: Database, reader: Reader, code: { code: string; minutes: number }): Promise<void>;
};

export type MailerParts = {
  readonly outbox: Pick<Outbox, 'canSend' | 'send' | 'waiting'>;
  readonly languages: Languages;
  readonly agency: Agency;
  readonly publicUrl: URL;
  readonly clock: Clock;
};

export function makeMailer({ outbox, languages, agency, publicUrl, clock }: MailerParts): Mailer {
  const page = (path: string): string => {
    const url = new URL(path, publicUrl);
    if (!path.startsWith('/') || url.origin !== publicUrl.origin)
      throw new Error('a message links to pages of this site only');
    return url.href;
  };
  const sender = (words: Words): Sender => ({
    agency: inLanguage(agency.name, words.language),
    shortName: inLanguage(agency.shortName, words.language),
    host: publicUrl.host,
    page,
  });
  return {
    canSend: (channel) => outbox.canSend(channel),
    letter: async (database, { to, language }, write, sending) => {
      const words = languages.get(language);
      const letter = dated({ to, ...write(words, sender(words)) }, words, clock.now());
      await outbox.send(database, layOut(letter, { words, agency, publicUrl }), sending);
    },
    text: async (database, { to, language }, write, sending) => {
      const words = languages.get(language);
      const sentence = write(words, sender(words));
      await outbox.send(database, shortText({ to, sentence }, { words, agency, publicUrl }), sending);
    },
    waiting: (database, ids) => outbox.waiting(database, ids),
    codeText: (database, { to, language }, code) =>
      outbox.send(database, codeText({ to, ...code }, { words: languages.get(language), agency, publicUrl })),
  };
}

/** Says when a code was asked for: mail programs fold letters that are alike, and people take the older of two. */
function dated(letter: Letter, words: Words, now: Date): Letter {
  if (letter.code === undefined) return letter;
  const asked = { term: words.t('messages.code-asked'), value: words.exactTime(now) };
  return { ...letter, facts: [asked, ...(letter.facts ?? [])] };
}
