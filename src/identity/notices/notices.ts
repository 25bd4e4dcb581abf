import { type Agency, inLanguage } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Languages, Words } from '../../platform/i18n/index.ts';
import { layOut, type Outbox, shortText } from '../../platform/messages/index.ts';
import { type AccountId, readAddressee } from '../accounts/index.ts';
import type { Phones } from '../phones/index.ts';
import { type Notice, say } from './kinds.ts';

export type Notices = {
  /**
   * Tells a person what happened to their account, in their language and in the caller's transaction: every address of
   * the account, the one that a change is about, and each telephone that takes notices.
   */
  send(transaction: Database, accountId: AccountId, notice: Notice): Promise<void>;
};

export type NoticesParts = {
  readonly outbox: Outbox;
  readonly languages: Languages;
  readonly agency: Agency;
  readonly publicUrl: URL;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly phones: Pick<Phones, 'list'>;
  /** The page of this site, with its token, where somebody says that it was not them. Made once a notice. */
  readonly reportPath: (transaction: Database, accountId: AccountId, notice: Notice) => Promise<string>;
};

export function makeNotices({
  outbox,
  languages,
  agency,
  publicUrl,
  vault,
  clock,
  phones,
  reportPath,
}: NoticesParts): Notices {
  /** @param isOwn whether the address is of the account still; from one that is not, nobody reports anything */
  const letter = (
    to: string,
    notice: Notice,
    { words, firstName, isOwn, report }: Reader & { isOwn: boolean },
  ) => {
    const { title, paragraphs, facts = [], closing = [], otherwise } = say(notice, words);
    const undo = 'old' in notice && notice.old.to === to ? notice.old.undo : null;
    return layOut(
      {
        to,
        subject: words.t('notices.subject', {
          title,
          agency: inLanguage(agency.shortName, words.language),
        }),
        title,
        greeting:
          firstName === null ? words.t('notices.hello') : words.t('notices.hello-name', { name: firstName }),
        paragraphs,
        facts: [{ term: words.t('notices.when'), value: words.moment(clock.now()) }, ...facts],
        closing:
          undo === null
            ? closing
            : [...closing, words.t('notices.undo-text', { until: words.moment(undo.until) })],
        ...(undo === null
          ? {}
          : { link: { text: words.t('notices.undo-link'), href: hereOnly(undo.path, publicUrl) } }),
        ...(isOwn ? { aside: { ...otherwise, link: { text: otherwise.link, href: report } } } : {}),
      },
      { words, agency, publicUrl },
    );
  };

  return {
    send: async (transaction, accountId, notice) => {
      const person = await readAddressee(transaction, vault, accountId);
      if (person === null) return;
      const { emails, firstName, key } = person;
      const words = languages.get(person.language);
      const path = 'stop' in notice ? notice.stop : await reportPath(transaction, accountId, notice);
      const report = hereOnly(path, publicUrl);
      for (const to of new Set([...emails, ...('old' in notice ? [notice.old.to] : [])])) {
        const isOwn = emails.includes(to);
        await outbox.send(transaction, letter(to, notice, { words, firstName, isOwn, report }));
      }
      if (!outbox.canSend('sms')) return;
      const sentence = words.t('notices.sms', { title: say(notice, words).title, host: publicUrl.host });
      for (const { number, takesNotices } of await phones.list(transaction, { accountId, key }))
        if (takesNotices)
          await outbox.send(transaction, shortText({ to: number, sentence }, { words, agency, publicUrl }));
    },
  };
}

type Reader = { readonly words: Words; readonly firstName: string | null; readonly report: string };

/** The address of a page of this site. @throws for any other: a notice leads nowhere else */
function hereOnly(path: string, publicUrl: URL): string {
  const url = new URL(path, publicUrl);
  if (!path.startsWith('/') || url.origin !== publicUrl.origin)
    throw new Error('a notice links to pages of this site only');
  return url.href;
}
