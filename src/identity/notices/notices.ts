import { presentBrowser } from '../../platform/browser/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { Letter, Post, Sender } from '../../platform/messages/index.ts';
import { type AccountId, readAddressee } from '../accounts/index.ts';
import { type Phones, phoneIndexes } from '../phones/index.ts';
import { deviceFact, type Notice, say } from './kinds.ts';
import { admitText, holdNumbers, type TextLimits } from './texts.ts';

export type Notices = {
  /**
   * Tells a person what happened to their account, in their language and in the caller's transaction: every address of
   * the account, the one that a change is about, and each telephone that takes notices, as long as that got few lately.
   */
  send(transaction: Database, accountId: AccountId, notice: Notice): Promise<void>;
};

export type NoticesParts = {
  readonly post: Post;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly phones: Pick<Phones, 'list'>;
  readonly policy: TextLimits;
  /** The page of this site, with its token, where whoever reads an address of the account says that it was not them. */
  readonly reportPath: (transaction: Database, accountId: AccountId, email: string) => Promise<string>;
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

export function makeNotices({ post, vault, clock, phones, policy, reportPath }: NoticesParts): Notices {
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
      ...(reportAt === null || otherwise === undefined
        ? {}
        : { aside: { ...otherwise, link: { text: otherwise.link, href: page(reportAt) } } }),
    };
  };

  const reportFor = async (transaction: Database, accountId: AccountId, notice: Notice, to: string) => {
    if (notice.is === 'alarm-raised' || notice.is === 'account-erased') return null;
    return 'stop' in notice ? notice.stop : reportPath(transaction, accountId, to);
  };

  return {
    send: async (transaction, accountId, notice) => {
      const person = await readAddressee(transaction, vault, accountId);
      if (person === null) return;
      const { emails, calledName, key, language } = person;
      for (const to of new Set([...emails, ...formerAddresses(notice)])) {
        const isOfAccount = emails.includes(to);
        const reader = {
          to,
          calledName: greets(notice, to) ? calledName : null,
          isOfAccount,
          reportAt: isOfAccount ? await reportFor(transaction, accountId, notice, to) : null,
        };
        await post.letter(transaction, { to, language }, (words, sender) =>
          write(notice, reader, words, sender),
        );
      }
      if (!post.canSend('sms')) return;
      const numbers = (await phones.list(transaction, { accountId, key }))
        .filter(({ takesNotices }) => takesNotices)
        .map(({ number }) => ({ number, indexes: phoneIndexes(vault, number) }));
      await holdNumbers(
        transaction,
        numbers.map(({ indexes }) => indexes),
      );
      for (const { number, indexes } of numbers)
        if (await admitText(transaction, { clock, policy }, indexes, notice.is))
          await post.text(transaction, { to: number, language }, (words, { host }) => {
            const { title, next, otherwise } = say(notice, words, number);
            if (otherwise !== undefined) return words.t('notices.sms', { title, host });
            return next === undefined
              ? words.t('notices.sms-told', { title })
              : words.t('notices.sms-next', { title, host });
          });
    },
  };
}
