import { presentBrowser } from '../../platform/browser/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { Letter, Post, Sender } from '../../platform/messages/index.ts';
import { type AccountId, readAddressee } from '../accounts/index.ts';
import type { Phones } from '../phones/index.ts';
import { deviceFact, type Notice, say } from './kinds.ts';

export type Notices = {
  /**
   * Tells a person what happened to their account, in their language and in the caller's transaction: every address of
   * the account, the one that a change is about, and each telephone that takes notices.
   */
  send(transaction: Database, accountId: AccountId, notice: Notice): Promise<void>;
};

export type NoticesParts = {
  readonly post: Post;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly phones: Pick<Phones, 'list'>;
  /** The page of this site, with its token, where somebody says that it was not them. Made once a notice. */
  readonly reportPath: (transaction: Database, accountId: AccountId, notice: Notice) => Promise<string>;
};

/** The addresses that a notice is about and that may not be of the account any more. They are told too (ASVS 6.3.7). */
function formerAddresses(notice: Notice): readonly string[] {
  if ('old' in notice) return [notice.old.to];
  return notice.is === 'alarm-raised' ? notice.emails.out : [];
}

/** An address that the alarm took out is more likely a thief's than not. */
const greets = (notice: Notice, to: string): boolean =>
  notice.is !== 'alarm-raised' || !notice.emails.out.includes(to);

type NoticeReader = {
  readonly to: string;
  readonly calledName: string | null;
  /** From an address that is not of the account any more nobody reports anything, nor learns more of the account. */
  readonly isOfAccount: boolean;
  readonly reportAt: string | null;
};

export function makeNotices({ post, vault, clock, phones, reportPath }: NoticesParts): Notices {
  const write = (
    notice: Notice,
    { to, calledName, isOfAccount, reportAt }: NoticeReader,
    words: Words,
    { shortName, page }: Sender,
  ): Omit<Letter, 'to'> => {
    const { title, paragraphs, facts = [], closing = [], next, otherwise } = say(notice, words, to);
    const device = isOfAccount && notice.is !== 'new-device' ? presentBrowser() : null;
    const undo = 'old' in notice && notice.old.to === to ? notice.old.undo : null;
    return {
      subject: words.t('notices.subject', { title, agency: shortName }),
      title,
      greeting:
        calledName === null ? words.t('notices.hello') : words.t('notices.hello-name', { name: calledName }),
      paragraphs,
      facts: [
        { term: words.t('notices.when'), value: words.moment(clock.now()) },
        ...facts,
        ...(device === null ? [] : deviceFact(device, words)),
      ],
      closing:
        undo === null
          ? closing
          : [...closing, words.t('notices.undo-text', { until: words.moment(undo.until) })],
      ...(next === undefined ? {} : { link: { text: next.text, href: page(next.path) } }),
      ...(undo === null ? {} : { link: { text: words.t('notices.undo-link'), href: page(undo.path) } }),
      ...(!isOfAccount || reportAt === null || otherwise === undefined
        ? {}
        : { aside: { ...otherwise, link: { text: otherwise.link, href: page(reportAt) } } }),
    };
  };

  const reportFor = async (transaction: Database, accountId: AccountId, notice: Notice) => {
    if (notice.is === 'alarm-raised') return null;
    return 'stop' in notice ? notice.stop : reportPath(transaction, accountId, notice);
  };

  return {
    send: async (transaction, accountId, notice) => {
      const person = await readAddressee(transaction, vault, accountId);
      if (person === null) return;
      const { emails, calledName, key, language } = person;
      const report = await reportFor(transaction, accountId, notice);
      for (const to of new Set([...emails, ...formerAddresses(notice)])) {
        const reader = {
          to,
          calledName: greets(notice, to) ? calledName : null,
          isOfAccount: emails.includes(to),
          reportAt: report,
        };
        await post.letter(transaction, { to, language }, (words, sender) =>
          write(notice, reader, words, sender),
        );
      }
      if (!post.canSend('sms')) return;
      for (const { number, takesNotices } of await phones.list(transaction, { accountId, key }))
        if (takesNotices)
          await post.text(transaction, { to: number, language }, (words, { host }) => {
            const { title, otherwise } = say(notice, words, number);
            return otherwise === undefined
              ? words.t('notices.sms-next', { title, host })
              : words.t('notices.sms', { title, host });
          });
    },
  };
}
