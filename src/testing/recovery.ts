import { linkFor, readReaders } from '../identity/core/addresses/index.ts';
import type { Browser } from '../identity/core/devices/index.ts';
import type { Notice } from '../identity/core/notices/index.ts';
import { currentCode } from '../identity/credentials/authenticator-app/index.ts';
import type { EnrolledFactor } from '../identity/credentials/factors/index.ts';
import { passwordRules } from '../identity/credentials/passwords/index.ts';
import { makeRecovery, type Progress, type RecoveryMessages } from '../identity/entry/recovery/index.ts';
import type { testIdentity } from './identity.ts';
import { noticesTo } from './notices.ts';
import { testSignIn, UNKNOWN } from './sign-in.ts';

type Identity = Awaited<ReturnType<typeof testIdentity>>;

export const NEW_PASSWORD = 'lantern-orchid-77-granite';

/** The ways back into the accounts of an identity, with what is sent for them written down. */
export function testRecovery(identity: Identity) {
  const { database, clock, signIn, factors, policy } = identity;
  const { tryPassword } = testSignIn(identity);
  const from = { language: 'en', network: '192.0.2.1', browser: UNKNOWN };

  const sent: { readonly is: string; readonly to: string; readonly secret: string }[] = [];
  const note = (is: string, to: string, secret = '') => void sent.push({ is, to, secret });
  const warned = new Set<string>();
  const messages: RecoveryMessages = {
    link: async (_, to, _language, { token }) => note('link', to, token),
    pass: async (_, to, _language, token) => note('pass', to, token),
    code: async (_, to, _language, { code, knowsPassword }) => {
      note('code', to, code);
      if (knowsPassword) warned.add(to);
    },
  };
  const emailOf = new Map<string, string>();
  /** Tells the first address of an account alone, and gives every address that may stop a way back its link. */
  let newest: Notice | null = null;
  const notices = noticesTo(async (transaction, accountId, notice) => {
    newest = notice;
    const first = emailOf.get(accountId) ?? '';
    const stops = new Map<string, string>();
    if ('recovery' in notice)
      for (const { id: addressId, email, acts, standing } of await readReaders(
        transaction,
        identity,
        accountId,
      )) {
        if (!acts || standing === null) continue;
        const path = await linkFor(transaction, identity, {
          accountId,
          addressId,
          recovery: notice.recovery,
        });
        stops.set(email, new URL(path, 'https://x').searchParams.get('link') ?? '');
      }
    for (const to of new Set([first, ...stops.keys()])) note(notice.is, to, stops.get(to));
  });
  const parts = {
    ...identity,
    passwords: passwordRules(policy, ['Arcadia']),
    factors: Object.values(factors),
    everyFactor: Object.values(factors),
    messages,
    notices,
  };
  const recovery = makeRecovery(parts);

  const newAccount = async (more?: Parameters<typeof identity.newAccount>[0]) => {
    const account = await identity.newAccount(more);
    emailOf.set(account.id, account.email);
    return account;
  };
  type Account = Awaited<ReturnType<typeof newAccount>>;
  const last = (is: string, to: string) =>
    sent.findLast((each) => each.is === is && each.to === to)?.secret ?? '';

  /** Does what the jobs of a way back would do. */
  const worked = new Set<string>();
  async function work() {
    for (const { id } of await database.selectFrom('recovery').select('id').execute()) {
      if (worked.has(id)) continue;
      worked.add(id);
      await recovery.send(id);
    }
  }

  async function progressOf(token: string): Promise<Progress> {
    const progress = await recovery.find(token);
    if (progress === null) throw new Error('no recovery');
    return progress;
  }

  return {
    /** What the ways back were made of, to make others of. */
    parts,
    recovery,
    newAccount,
    /** What was told last on a way back. */
    lastNotice: () => newest,
    /** The secret of what was sent to an address last. */
    last,
    kindsTo: (to: string) => sent.filter((each) => each.to === to).map(({ is }) => is),
    appCode: (secret: string) => currentCode(secret, clock.now()).code,
    progressOf,
    /** The token of the recovery that an emailed link goes on with. */
    openLink: async (link: string): Promise<string | null> => {
      const opened = await recovery.openLink(link, UNKNOWN);
      return opened.is === 'next' ? opened.token : null;
    },
    begin: async (lost: 'nothing' | 'password' | 'both', identifier: string, device: Browser = UNKNOWN) => {
      const token = await recovery.begin(lost, identifier, { ...from, browser: device });
      await work();
      return token;
    },
    /** Begins as somebody does who has the password and nothing else. */
    beginWithPassword: async (account: Account, device: Browser = UNKNOWN) => {
      const step = await tryPassword(account.email, account.password, '/', device);
      if (step.is !== 'needs-factor') throw new Error(step.is);
      const waiting = await signIn.waiting(step.token);
      if (waiting === null) throw new Error('nobody waits');
      const token = await recovery.beginWithPassword(waiting.challenged, { ...from, browser: device });
      if (token === null) throw new Error('nobody waits any more');
      await work();
      return token;
    },
    /** Who read beside a code that somebody has given their password. */
    warned,
    /** Binds the new second step by an answer, as the pages do. */
    bindNew: async (
      progress: Progress,
      answer: string,
      { factor = factors.app, by = recovery }: { factor?: EnrolledFactor; by?: typeof recovery } = {},
    ) => {
      const enrolling = await by.enrolling(progress, 'Firefox on Linux');
      if (enrolling === null) return { is: 'gone' } as const;
      const result = await factor.enrolment.check(enrolling, answer);
      return result.is === 'right' ? by.bindNew(progress, result.bind, UNKNOWN) : result;
    },
    enterCode: async (token: string, account: Account) =>
      recovery.enterCode(await progressOf(token), last('code', account.email)),
  };
}
