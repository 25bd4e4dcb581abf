import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { newCode, newToken, sameDigest, tokenHash, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Hasher } from '../../platform/hashing/index.ts';
import { addJob } from '../../platform/jobs/index.ts';
import {
  type AccountId,
  asAccountId,
  identified,
  normalEmail,
  openAccountKey,
  readAddressee,
  setPassword,
} from '../accounts/index.ts';
import type { Alarm } from '../alarm/index.ts';
import { bindApp, matchingStep, newAppSecret } from '../authenticator-app/index.ts';
import { newBackupCodes, storeBackupCodes } from '../backup-codes/index.ts';
import { type Browser, forgetDevices, isKnown, know, newDeviceToken, trust } from '../devices/index.ts';
import { type Challenged, type Factor, kindsHeld, type Refusal, tryFactor } from '../factors/index.ts';
import type { Notices } from '../notices/index.ts';
import { endRecoveries } from '../open-recoveries/index.ts';
import type { PasswordRules, PasswordVerdict } from '../passwords/index.ts';
import type { FactorKind, Policy } from '../policy/index.ts';
import type { Sessions } from '../sessions/index.ts';
import {
  accountSubject,
  admit,
  type Counted,
  clear,
  clearAll,
  LIFTED_DEVICE,
  liftWaits,
  UNKNOWN_DEVICE,
} from '../throttling/index.ts';
import {
  type Evidence,
  endsWithPassword,
  holds,
  isByLink,
  type Lost,
  missingEvidence,
  type Stage,
  stageOf,
} from './evidence.ts';
import * as store from './store.ts';

/** A way back in progress. What it says is the same whether or not there is such an account. */
export type Progress = {
  readonly id: string;
  readonly lost: Lost;
  readonly stage: Stage;
  readonly holdEndsAt: Date | null;
};

/** Somebody who is back. */
export type Returned = {
  readonly token: string;
  readonly deviceToken: string;
  /** Whether there are new backup codes to be kept. */
  readonly newCodes: boolean;
};

/** What proves whose an email is. Whether it is sent never shows on a page. */
export type RecoveryMessages = {
  link(
    database: Database,
    to: string,
    language: string,
    link: { lost: 'nothing' | 'password'; token: string },
  ): Promise<void>;
  code(database: Database, to: string, language: string, code: string): Promise<void>;
};

export type CodeResult = { readonly is: 'next' } | { readonly is: 'wrong' } | { readonly is: 'spent' };

export type LinkResult =
  /** Go on in the browser that opened it, with this token for the cookie. */
  | { readonly is: 'next'; readonly token: string }
  /** No wait holds this browser up any more; this is the token of its device. */
  | { readonly is: 'lifted'; readonly deviceToken: string }
  | { readonly is: 'gone' };

export type Recovery = {
  /** Begins with what names an account; what follows is done by a job. @returns the token for the cookie */
  begin(lost: 'nothing' | 'password' | 'both', identifier: string, from: From): Promise<string>;
  /** Begins for somebody who has just given the right password. @returns the token for the cookie */
  beginWithPassword(challenged: Challenged, from: From): Promise<string>;
  /** Sends what is due next, where there is somebody to send it to; what the job of `begin` calls. Safe to call twice. */
  send(id: string): Promise<void>;
  /** Asks for another code; failures counted so far stay (NIST SP 800-63B-4 §3.1.3). */
  sendAgain(progress: Progress): Promise<void>;
  find(token: string): Promise<Progress | null>;
  /** Uses an emailed link up. */
  openLink(link: string, browser: Browser): Promise<LinkResult>;
  enterCode(progress: Progress, typed: string): Promise<CodeResult>;
  /** Who is asked for a second step, with the kinds that prove something here. */
  asked(progress: Progress): Promise<{ challenged: Challenged; held: readonly FactorKind[] } | null>;
  /** @throws HashingBusy */
  confirm(
    progress: Progress,
    factor: Factor,
    answer: string,
  ): Promise<{ readonly is: 'right'; readonly value: true } | Refusal | { readonly is: 'gone' }>;
  /** Ends the way back where nothing else is to be made anew. @throws HashingBusy */
  choosePassword(
    progress: Progress,
    password: string,
    browser: Browser,
  ): Promise<
    | Extract<PasswordVerdict, { is: 'refused' }>
    | { readonly is: 'next' }
    | { readonly is: 'returned'; readonly returned: Returned }
    | { readonly is: 'gone' }
  >;
  judgePassword(progress: Progress, password: string): Promise<PasswordVerdict>;
  /** The key for the new authenticator app and a name for it; null when it is not its turn. */
  newApp(progress: Progress): Promise<{ readonly secret: string; readonly label: string } | null>;
  /** @throws HashingBusy */
  bindNewApp(
    progress: Progress,
    code: string,
    browser: Browser,
  ): Promise<
    | { readonly is: 'returned'; readonly returned: Returned }
    | { readonly is: 'wrong' }
    | { readonly is: 'gone' }
  >;
  /** Whether a link of a notice is one of ours. */
  knowsCancel(link: string): boolean;
  /** Stops a way back by the link of a notice; a second time changes nothing. @returns whether the link was one of ours */
  cancel(link: string): Promise<boolean>;
  /** Tells the owners of accounts on hold where it stands. */
  remind(): Promise<void>;
  removeOld(): Promise<void>;
};

/** Where a way back is begun. */
export type From = {
  readonly language: string;
  /** The network that the request came from. */
  readonly network: string;
  readonly browser: Browser;
};

export type RecoveryParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly passwords: PasswordRules;
  readonly sessions: Sessions;
  readonly factors: readonly Factor[];
  readonly messages: RecoveryMessages;
  readonly notices: Notices;
  readonly alarm: Pick<Alarm, 'clear'>;
};

export const SEND_RECOVERY = 'send-recovery';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long somebody has to begin; a hold adds its own time. */
const LIFE = DAY;
/** Wrong tries of an emailed code after which the way back ends. */
const CODE_TRIES = 5;
/** From how many networks an account can be sent a full hour's messages. */
const NETWORKS_SERVED = 4;
const NOTICES_AT_ONCE = 100;
const place = (column: string, row: string) => ({ table: 'recovery', column, row });

/** The ways back into an account, as one machine in the database: what comes next follows from what is proven. */
export function makeRecovery({
  database,
  vault,
  clock,
  hasher,
  policy,
  passwords,
  sessions,
  factors,
  messages,
  notices,
  alarm,
}: RecoveryParts): Recovery {
  const after = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);
  const codeHash = (id: string, code: string) => vault.blindIndex('recovery-code', `${id}:${code}`);
  const stopPath = (id: string) => `/recover/cancel?${new URLSearchParams({ link: cancelLink(id) })}`;
  const cancelLink = (id: string) => `${id}.${vault.blindIndex('recovery-cancel', id).toString('base64url')}`;

  const stageNow = (row: store.RecoveryRow): Stage =>
    stageOf(
      {
        lost: row.lost,
        evidence: row.evidence,
        holdEndsAt: row.hold_ends_at,
        hasPassword: row.password_hash !== null,
      },
      clock.now(),
    );

  /** Does something while a recovery stands at a stage; null when it does not, or belongs to nobody. */
  const at = <T>(
    id: string,
    stage: Stage,
    work: (transaction: Database, row: store.RecoveryRow, accountId: AccountId) => Promise<T>,
  ): Promise<T | null> =>
    database.transaction().execute(async (transaction) => {
      const row = await store.holdRecovery(transaction, id, clock.now());
      if (row === null || row.account_id === null || stageNow(row) !== stage) return null;
      return work(transaction, row, asAccountId.parse(row.account_id));
    });

  const insert = async (
    transaction: Database,
    {
      lost,
      identifier,
      accountId,
      evidence,
      from,
    }: {
      lost: Lost;
      identifier: string | null;
      accountId: AccountId | null;
      evidence: readonly Evidence[];
      from: From;
    },
  ): Promise<{ id: string; token: string }> => {
    const id = uuid();
    const token = newToken();
    const { key, wrapped } = vault.newDataKey();
    const { token: device } = from.browser;
    await store.insertRecovery(transaction, {
      id,
      tokenHash: tokenHash(token),
      dataKey: wrapped,
      asked: identifier === null ? null : key.seal(identifier, place('asked_sealed', id)),
      accountId,
      network: vault.blindIndex('recovery-network', from.network),
      deviceHash: device === undefined ? null : tokenHash(device),
      lost,
      evidence,
      language: from.language,
      now: clock.now(),
      expiresAt: after(LIFE),
    });
    await addJob(transaction, SEND_RECOVERY, { id });
    return { id, token };
  };

  /** The account that a way back is of, and the address that its message goes to. */
  const addressee = async (
    transaction: Database,
    row: store.RecoveryRow,
  ): Promise<{ accountId: AccountId; address: string } | null> => {
    const asked =
      row.asked_sealed === null
        ? null
        : vault.openDataKey(row.data_key).unseal(row.asked_sealed, place('asked_sealed', row.id));
    const found =
      asked === null
        ? row.account_id
        : ((await identified(vault, asked).execute(transaction)).rows[0]?.account_id ?? null);
    if (found === null) return null;
    const accountId = asAccountId.parse(found);
    const addresses = (await readAddressee(transaction, vault, accountId))?.emails ?? [];
    const typed = asked === null ? undefined : addresses.find((address) => address === normalEmail(asked));
    const address = typed ?? addresses[0];
    return address === undefined ? null : { accountId, address };
  };

  /** Begins the hold once everything is proven. */
  const settle = async (transaction: Database, id: string, accountId: AccountId): Promise<void> => {
    const row = await store.holdRecovery(transaction, id, clock.now());
    if (row === null || missingEvidence(row.lost, row.evidence) !== undefined || !holds(row.lost)) return;
    const isOwn =
      row.device_hash !== null &&
      (await isKnown(transaction, clock, policy.devices, accountId, row.device_hash));
    const { holdHours, knownHoldHours, openDays } = policy.recovery;
    const until = after((isOwn ? Math.min(knownHoldHours, holdHours) : holdHours) * HOUR);
    const key = vault.openDataKey(row.data_key);
    await store.changeRecovery(transaction, id, {
      hold_ends_at: until,
      next_notice_at: nextNotice(until),
      secret_sealed: key.seal(newAppSecret(), place('secret_sealed', id)),
      expires_at: new Date(until.getTime() + openDays * DAY),
    });
    await notices.send(transaction, accountId, {
      is: 'recovery-begun',
      holdUntil: until,
      stop: stopPath(id),
    });
    await recordSecurityEvent(transaction, clock, {
      kind: 'recovery-held',
      accountId,
      detail: { lost: row.lost },
    });
  };

  const nextNotice = (until: Date): Date => new Date(Math.min(after(DAY).getTime(), until.getTime()));

  /** Makes anew what was lost, ends everything that the old could open, and lets the person in. */
  const complete = async (
    transaction: Database,
    row: store.RecoveryRow,
    accountId: AccountId,
    {
      passwordHash,
      bind,
      browser,
    }: {
      passwordHash: string | null;
      bind: ((transaction: Database) => Promise<void>) | null;
      browser: Browser;
    },
  ): Promise<Returned> => {
    const now = clock.now();
    if (passwordHash !== null) {
      await setPassword(transaction, clock, accountId, passwordHash);
      await clear(transaction, { subject: accountSubject(accountId), kind: 'password' });
    }
    if (bind !== null) {
      for (const factor of factors) await factor.forget(transaction, accountId);
      await clearAll(transaction, accountSubject(accountId));
      await bind(transaction);
    }
    // First what could still become a session by what was lost, then the sessions.
    await transaction.deleteFrom('sign_in').where('account_id', '=', accountId).execute();
    await sessions.endSome(transaction, accountId, 'all');
    await forgetDevices(transaction, accountId);
    await endRecoveries(transaction, clock, accountId, row.id);
    await store.endRecovery(transaction, row.id, 'completed', now);
    const deviceToken = newDeviceToken(vault);
    const { userAgent } = browser;
    const sight = { accountId, token: deviceToken, userAgent, rememberUntil: null };
    const deviceId = await know(transaction, clock, sight);
    const token = await sessions.begin(transaction, accountId, { proven: true, deviceId });
    await alarm.clear(transaction, accountId);
    await notices.send(transaction, accountId, { is: 'recovery-finished' });
    await recordSecurityEvent(transaction, clock, {
      kind: 'recovery-completed',
      accountId,
      detail: { lost: row.lost },
    });
    return { token, deviceToken, newCodes: bind !== null };
  };

  const ownWords = async (progress: Progress): Promise<readonly string[]> => {
    const row = await store.readRecovery(database, progress.id, clock.now());
    if (row === null || row.account_id === null) return [];
    return (await readAddressee(database, vault, asAccountId.parse(row.account_id)))?.emails ?? [];
  };

  const secretOf = (row: store.RecoveryRow): string | null =>
    row.secret_sealed === null
      ? null
      : vault.openDataKey(row.data_key).unseal(row.secret_sealed, place('secret_sealed', row.id));

  const proves = (kind: FactorKind): Evidence => (kind === 'backup-code' ? 'backup-code' : 'second-step');

  const idOfCancel = (link: string): string | null => {
    const [id = ''] = link.split('.', 1);
    if (!/^[0-9a-f-]{36}$/.test(id)) return null;
    return sameDigest(tokenHash(cancelLink(id)), tokenHash(link)) ? id : null;
  };

  return {
    begin: (lost, identifier, from) =>
      database.transaction().execute(async (transaction) => {
        const { token } = await insert(transaction, {
          lost,
          identifier,
          accountId: null,
          evidence: [],
          from,
        });
        return token;
      }),

    beginWithPassword: ({ accountId }, from) =>
      database.transaction().execute(async (transaction) => {
        const { token } = await insert(transaction, {
          lost: 'second-step',
          identifier: null,
          accountId,
          evidence: ['password'],
          from,
        });
        await recordSecurityEvent(transaction, clock, {
          kind: 'recovery-begun',
          accountId,
          detail: { lost: 'second-step' },
        });
        return token;
      }),

    send: async (id) => {
      await database.transaction().execute(async (transaction) => {
        const row = await store.holdRecovery(transaction, id, clock.now());
        if (row === null || missingEvidence(row.lost, row.evidence) !== 'email') return;
        if (row.code_failures >= CODE_TRIES) return;
        const found = await addressee(transaction, row);
        if (found === null) return;
        const { accountId, address } = found;
        const { sentPerHour, minutes } = policy.code;
        // Each loss has an allowance of its own, and so has each known device, so that a stranger uses up only theirs.
        const isOwn =
          row.device_hash !== null &&
          (await isKnown(transaction, clock, policy.devices, accountId, row.device_hash));
        const sent = await store.countSent(transaction, accountId, {
          lost: row.lost,
          network: row.network_index,
          deviceHash: row.device_hash,
          since: after(-HOUR),
        });
        if (isOwn ? sent.fromDevice >= sentPerHour : sent.fromNetwork >= sentPerHour) return;
        if (!isOwn && sent.inAll >= sentPerHour * NETWORKS_SERVED) return;
        const { language } = row;
        const token = newToken();
        const code = newCode();
        const byLink = isByLink(row.lost);
        await store.changeRecovery(transaction, id, {
          account_id: accountId,
          sent_count: row.sent_count + 1,
          sent_at: clock.now(),
          sent_until: after((byLink ? policy.recovery.linkMinutes : minutes) * 60_000),
          ...(byLink ? { link_hash: tokenHash(token) } : { code_hash: codeHash(id, code) }),
        });
        if (row.lost === 'password' || row.lost === 'nothing')
          await messages.link(transaction, address, language, { lost: row.lost, token });
        else await messages.code(transaction, address, language, code);
        if (row.account_id === null)
          await recordSecurityEvent(transaction, clock, {
            kind: 'recovery-begun',
            accountId,
            detail: { lost: row.lost },
          });
      });
    },

    sendAgain: (progress) => addJob(database, SEND_RECOVERY, { id: progress.id }),

    find: async (token) => {
      const row = await store.findRecovery(database, tokenHash(token), clock.now());
      return row === null
        ? null
        : { id: row.id, lost: row.lost, stage: stageNow(row), holdEndsAt: row.hold_ends_at };
    },

    openLink: (link, browser) =>
      database.transaction().execute(async (transaction): Promise<LinkResult> => {
        const token = newToken();
        const taken = await store.takeLink(transaction, {
          linkHash: tokenHash(link),
          tokenHash: tokenHash(token),
          now: clock.now(),
        });
        if (taken === null) return { is: 'gone' };
        if (taken.lost !== 'nothing') return { is: 'next', token };
        const accountId = asAccountId.parse(taken.accountId);
        const deviceToken = browser.token ?? newDeviceToken(vault);
        const { userAgent } = browser;
        await trust(transaction, clock, { accountId, token: deviceToken, userAgent });
        await liftWaits(transaction, accountSubject(accountId), LIFTED_DEVICE);
        await store.endRecovery(transaction, taken.id, 'completed', clock.now());
        await recordSecurityEvent(transaction, clock, { kind: 'wait-lifted', accountId });
        return { is: 'lifted', deviceToken };
      }),

    enterCode: (progress, typed) =>
      database.transaction().execute(async (transaction): Promise<CodeResult> => {
        const row = await store.holdRecovery(transaction, progress.id, clock.now());
        if (row === null || stageNow(row) !== 'code') return { is: 'wrong' };
        if (row.code_failures >= CODE_TRIES) return { is: 'spent' };
        const hash = codeHash(row.id, typed.replaceAll(/\s/g, ''));
        const right =
          row.account_id !== null &&
          row.code_hash !== null &&
          row.sent_until !== null &&
          row.sent_until > clock.now() &&
          sameDigest(row.code_hash, hash);
        if (!right || row.account_id === null) {
          const code_failures = row.code_failures + 1;
          await store.changeRecovery(transaction, row.id, { code_failures });
          return code_failures >= CODE_TRIES ? { is: 'spent' } : { is: 'wrong' };
        }
        await store.changeRecovery(transaction, row.id, {
          evidence: [...row.evidence, 'email'],
          code_hash: null,
        });
        await settle(transaction, row.id, asAccountId.parse(row.account_id));
        return { is: 'next' };
      }),

    asked: async (progress) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      if (row === null || row.account_id === null || stageNow(row) !== 'confirm') return null;
      const accountId = asAccountId.parse(row.account_id);
      const wanted = missingEvidence(row.lost, row.evidence);
      const { rows } = await sql<{
        held: readonly FactorKind[];
      }>`select ${kindsHeld(factors, sql`${accountId}::uuid`)} as held`.execute(database);
      return {
        challenged: {
          attempt: row.id,
          accountId,
          key: await openAccountKey(database, vault, accountId),
          language: row.language,
        },
        held: (rows[0]?.held ?? []).filter((kind) => proves(kind) === wanted),
      };
    },

    confirm: async (progress, factor, answer) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      if (row === null || row.account_id === null || stageNow(row) !== 'confirm') return { is: 'gone' };
      const evidence = proves(factor.kind);
      if (missingEvidence(row.lost, row.evidence) !== evidence) return { is: 'gone' };
      const accountId = asAccountId.parse(row.account_id);
      const counted: Counted = {
        subject: accountSubject(accountId),
        kind: factor.kind,
        device: UNKNOWN_DEVICE,
      };
      const admission = await admit(database, clock, policy.failures, counted);
      if (admission.is !== 'admitted') return admission;
      const challenged: Challenged = {
        attempt: row.id,
        accountId,
        key: await openAccountKey(database, vault, accountId),
        language: row.language,
      };
      return tryFactor({ database, clock }, { factor, challenged, answer, counted }, (take) =>
        at(row.id, 'confirm', async (transaction, held) => {
          if (missingEvidence(held.lost, held.evidence) !== evidence) return null;
          if (!(await store.takeAnswer(transaction, row.id, take, evidence))) return null;
          await clear(transaction, counted);
          await settle(transaction, row.id, accountId);
          return true as const;
        }),
      );
    },

    judgePassword: async (progress, password) => passwords.judge(password, await ownWords(progress)),

    choosePassword: async (progress, password, browser) => {
      const verdict = await passwords.judge(password, await ownWords(progress));
      if (verdict.is === 'refused') return verdict;
      const passwordHash = await hasher.hash(verdict.password);
      const done = await at(progress.id, 'new-password', async (transaction, row, accountId) => {
        if (!endsWithPassword(row.lost)) {
          await store.changeRecovery(transaction, row.id, { password_hash: passwordHash });
          return { is: 'next' } as const;
        }
        const returned = await complete(transaction, row, accountId, { passwordHash, bind: null, browser });
        return { is: 'returned', returned } as const;
      });
      return done ?? { is: 'gone' };
    },

    newApp: async (progress) =>
      at(progress.id, 'authenticator', async (transaction, row, accountId) => {
        const secret = secretOf(row);
        const person = await readAddressee(transaction, vault, accountId);
        return secret === null ? null : { secret, label: person?.emails[0] ?? '' };
      }),

    bindNewApp: async (progress, code, browser) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      const secret = row === null || stageNow(row) !== 'authenticator' ? null : secretOf(row);
      if (secret === null) return { is: 'gone' };
      const step = matchingStep(secret, code, clock.now());
      if (step === null) return { is: 'wrong' };
      const codes = await newBackupCodes(hasher);
      const returned = await at(progress.id, 'authenticator', async (transaction, held, accountId) => {
        const key = await openAccountKey(transaction, vault, accountId);
        return complete(transaction, held, accountId, {
          passwordHash: held.password_hash,
          bind: async (inner) => {
            await bindApp(inner, clock, { accountId, key, secret, step });
            await storeBackupCodes(inner, clock, accountId, key, codes);
          },
          browser,
        });
      });
      return returned === null ? { is: 'gone' } : { is: 'returned', returned };
    },

    knowsCancel: (link) => idOfCancel(link) !== null,

    cancel: async (link) => {
      const id = idOfCancel(link);
      if (id === null) return false;
      await database.transaction().execute(async (transaction) => {
        const row = await store.holdRecovery(transaction, id, clock.now());
        if (row === null || row.account_id === null) return;
        const accountId = asAccountId.parse(row.account_id);
        await store.endRecovery(transaction, id, 'cancelled', clock.now());
        await notices.send(transaction, accountId, { is: 'recovery-cancelled' });
        await recordSecurityEvent(transaction, clock, { kind: 'recovery-cancelled', accountId });
      });
      return true;
    },

    remind: () =>
      database.transaction().execute(async (transaction) => {
        const now = clock.now();
        for (const row of await store.holdDueNotices(transaction, now, NOTICES_AT_ONCE)) {
          if (row.account_id === null || row.hold_ends_at === null) continue;
          const { id, hold_ends_at: holdUntil } = row;
          const stop = stopPath(id);
          const over = holdUntil <= now;
          await notices.send(
            transaction,
            asAccountId.parse(row.account_id),
            over ? { is: 'recovery-ready', stop } : { is: 'recovery-waits', holdUntil, stop },
          );
          await store.changeRecovery(transaction, id, {
            next_notice_at: over ? null : nextNotice(holdUntil),
          });
        }
      }),

    removeOld: () => store.removeOldRecoveries(database, after(-DAY)),
  };
}
