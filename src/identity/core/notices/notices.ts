import { presentBrowser } from '../../../platform/browser/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Words } from '../../../platform/i18n/index.ts';
import type { Letter, Mailer, Sender } from '../../../platform/messages/index.ts';
import { type AccountId, readAddressee } from '../accounts/index.ts';
import { linkFor, type Reader, readReaders } from '../addresses/index.ts';
import { type Phones, phoneIndexes } from '../phones/index.ts';
import type { Policy } from '../policy/index.ts';
import type { SecondSteps } from '../second-steps/index.ts';
import { deviceFact, type Notice, type NoticeKind, say } from './kinds.ts';
import type { Said } from './said.ts';
import { admitText, lockNumbers } from './texts.ts';

export type Notices = {
  /**
   * Tells a person what happened to their account, in their language and in the caller's transaction: every address of
   * the account, the one that a change is about, and each telephone that takes notices, as long as that got few lately.
   */
  send(transaction: Database, accountId: AccountId, notice: Notice): Promise<void>;
};

export type NoticesParts = {
  readonly mailer: Mailer;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly phones: Pick<Phones, 'list'>;
  readonly secondSteps: SecondSteps;
  readonly policy: Pick<Policy, 'alarm' | 'phones' | 'recovery'>;
};

/** The addresses that a notice is about and that are not of the account any more. They are told too (ASVS 6.3.7). */
function concerned(notice: Notice): readonly string[] {
  switch (notice.is) {
    case 'email-removed':
      return [notice.email];
    case 'alarm-raised':
      return notice.emails.out;
    case 'alarm-ended':
    case 'recovery-finished':
      return notice.out;
    default:
      return [];
  }
}

/**
 * Only who is of the account is called by a name, and who has just left it: an address that was taken out against its
 * reader's will is more likely a thief's than not.
 */
const greets = (notice: Notice, to: string, isOfAccount: boolean): boolean =>
  notice.is === 'email-removed' ? isOfAccount || notice.email === to : isOfAccount;

/** What takes away what opens the account, or may soon: of it also those hear that were taken out of it lately. */
const TAKES_AWAY: ReadonlySet<NoticeKind> = new Set([
  'account-closing',
  'account-closing-soon',
  'account-erased',
  'alarm-ended',
  'alarm-raised',
  'backup-codes-renewed',
  'email-removed',
  'factor-removed',
  'password-changed',
  'phone-removed',
  'recovery-begun',
  'recovery-finished',
  'recovery-ready',
  'recovery-shortened',
  'recovery-waits',
]);

/** What has no link that says it was somebody else: the alarm was raised already, or has just been decided. */
const QUIET: ReadonlySet<NoticeKind> = new Set(['account-erased', 'alarm-ended', 'alarm-raised']);

type NoticeReader = {
  readonly to: string;
  readonly calledName: string | null;
  /** From an address that is not of the account any more nobody learns more of the account. */
  readonly isOfAccount: boolean;
  /** Where they say that it was not them, or stop it; null where the word of others counts for more. */
  readonly reportAt: string | null;
};

export function makeNotices({ mailer, vault, clock, phones, policy, secondSteps }: NoticesParts): Notices {
  const parts = { vault, clock, policy };
  const write = (
    notice: Notice,
    reader: NoticeReader,
    words: Words,
    { shortName, page }: Sender,
  ): Omit<Letter, 'to'> => {
    const { to, calledName, isOfAccount } = reader;
    const {
      title,
      paragraphs,
      facts = [],
      closing = [],
      next,
      otherwise,
    } = say(notice, words, to, secondSteps);
    const isAbout = isOfAccount || concerned(notice).includes(to);
    const device = isOfAccount && notice.is !== 'new-device' ? presentBrowser() : null;
    return {
      subject: words.t('notices.subject', { title, agency: shortName }),
      title,
      greeting:
        calledName === null ? words.t('notices.hello') : words.t('notices.hello-name', { name: calledName }),
      paragraphs,
      facts: [
        { term: words.t('notices.when'), value: words.moment(clock.now()) },
        ...(isAbout ? facts : []),
        ...(device === null ? [] : deviceFact(device, words)),
      ],
      closing,
      ...(next === undefined ? {} : { link: { text: next.text, href: page(next.path) } }),
      ...(otherwise === undefined ? {} : aside(otherwise, reader, words, page)),
    };
  };

  /** Whoever signs in can do what a link would do, where an address gets none. */
  const aside = (
    { title, text, link }: NonNullable<Said['otherwise']>,
    { isOfAccount, reportAt }: NoticeReader,
    { t }: Words,
    page: Sender['page'],
  ): Pick<Letter, 'aside'> => {
    if (reportAt !== null && isOfAccount)
      return { aside: { title, text, link: { text: link, href: page(reportAt) } } };
    // Whoever left raises the alarm by it, whatever the notice is about.
    if (reportAt !== null)
      return {
        aside: {
          title: t('notices.not-you-title'),
          text: t('notices.not-you-text'),
          link: { text: t('notices.not-you-link'), href: page(reportAt) },
        },
      };
    if (!isOfAccount) return {};
    const signIn = { text: t('notices.sign-in-link'), href: page('/account/security') };
    return { aside: { title, text: t('notices.sign-in-text'), link: signIn } };
  };

  /** The page behind the link of a message; null where its reader has none. */
  const reportFor = async (
    transaction: Database,
    accountId: AccountId,
    notice: Notice,
    { id: addressId, standing, acts }: Reader,
  ): Promise<string | null> => {
    if (!acts || QUIET.has(notice.is)) return null;
    const recovery = 'recovery' in notice && standing !== null ? notice.recovery : null;
    return linkFor(transaction, parts, { accountId, addressId, recovery });
  };

  return {
    send: async (transaction, accountId, notice) => {
      const person = await readAddressee(transaction, vault, accountId);
      if (person === null) return;
      const { calledName, key, language } = person;
      const about = concerned(notice);
      const readers = (await readReaders(transaction, parts, accountId)).filter(
        ({ email, standing }) => standing !== null || TAKES_AWAY.has(notice.is) || about.includes(email),
      );
      const letters: NoticeReader[] = [];
      for (const reader of readers)
        letters.push({
          to: reader.email,
          calledName: greets(notice, reader.email, reader.standing !== null) ? calledName : null,
          isOfAccount: reader.standing !== null,
          reportAt: await reportFor(transaction, accountId, notice, reader),
        });
      for (const to of about.filter((each) => !readers.some(({ email }) => email === each)))
        letters.push({
          to,
          calledName: greets(notice, to, false) ? calledName : null,
          isOfAccount: false,
          reportAt: null,
        });
      for (const reader of letters)
        await mailer.letter(transaction, { to: reader.to, language }, (words, sender) =>
          write(notice, reader, words, sender),
        );
      if (!mailer.canSend('sms')) return;
      const numbers = (await phones.list(transaction, { accountId, key }))
        .filter(({ takesNotices }) => takesNotices)
        .map(({ number }) => ({ number, indexes: phoneIndexes(vault, number) }));
      await lockNumbers(
        transaction,
        numbers.map(({ indexes }) => indexes),
      );
      for (const { number, indexes } of numbers)
        if (await admitText(transaction, { clock, policy: policy.phones }, indexes, notice.is))
          await mailer.text(transaction, { to: number, language }, (words, { host }) => {
            const { title, next, otherwise } = say(notice, words, number, secondSteps);
            if (otherwise !== undefined) return words.t('notices.sms', { title, host });
            return next === undefined
              ? words.t('notices.sms-told', { title })
              : words.t('notices.sms-next', { title, host });
          });
    },
  };
}
