import { sql } from 'kysely';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { HOUR } from '../../../platform/clock/index.ts';
import { newToken, tokenHash } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, asAccountId, lockAccount, openAccountKey } from '../../core/accounts/index.ts';
import {
  type Browser,
  countedDevice,
  deviceOf,
  newDeviceToken,
  tokenOf,
  trust,
} from '../../core/devices/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import {
  accountSubject,
  admitWithoutEnd,
  type Counted,
  clear,
  countTry,
  LIFTED_DEVICE,
  liftWaits,
  strangerSubject,
  UNKNOWN_DEVICE,
  WAY_BACK_DEVICE,
} from '../../core/throttling/index.ts';
import { tellBackupCodeUsed } from '../../credentials/backup-codes/index.ts';
import {
  type Challenged,
  type Factor,
  type Refusal,
  readKindsHeld,
  tryFactor,
} from '../../credentials/factors/index.ts';
import { type Evidence, missingEvidence } from './evidence.ts';
import type { Holding } from './hold.ts';
import { CODE_TRIES, type Machine, type Progress, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

export type CodeResult =
  | { readonly is: 'next' }
  | { readonly is: 'wrong' }
  /** Too many tries at codes for this account, by whichever ways back. */
  | { readonly is: 'wait'; readonly until: Date }
  /** No code helps this way back any more. */
  | { readonly is: 'spent' };

export type LinkResult =
  /** Go on in the browser that opened it, with this token for the cookie. */
  | { readonly is: 'next'; readonly token: string }
  /** No wait, and nothing that strangers asked for, holds this browser up any more; this is the token of its device. */
  | { readonly is: 'lifted'; readonly by: 'link' | 'pass'; readonly deviceToken: string }
  | { readonly is: 'gone' };

/** What is proven one after the other. */
export type Proving = {
  /** Uses an emailed link up. */
  openLink(link: string, browser: Browser): Promise<LinkResult>;
  /** Whether an emailed link would still be taken, and if not, why. Asking uses nothing up. */
  fateOf(link: string): Promise<LinkFate>;
  enterCode(progress: Progress, code: string): Promise<CodeResult>;
  /** Who is asked for a second step, with the kinds that prove something here. */
  asked(progress: Progress): Promise<{ challenged: Challenged; held: readonly FactorKind[] } | null>;
  /** @throws HashingBusy */
  confirm(
    progress: Progress,
    factor: Factor,
    answer: string,
  ): Promise<{ readonly is: 'right'; readonly value: true } | Refusal | { readonly is: 'gone' }>;
};

export type LinkFate = store.LinkFate;

const proves = (kind: FactorKind): Evidence => (kind === 'backup-code' ? 'backup-code' : 'second-step');

export function makeProving(
  { database, vault, clock, policy, factors, notices }: RecoveryParts,
  { after, at, hold, stageNow, named, isCode }: Machine,
  { settle }: Pick<Holding, 'settle'>,
): Proving {
  /**
   * Codes are counted for the account over all its ways back, so that beginning again makes no more tries, and for what
   * names no account alike.
   */
  const countedCode = async (row: store.RecoveryRow): Promise<Counted> => {
    const { asked, accountId } = await named(database, row);
    const kind = 'recovery-code';
    if (accountId === null) return { subject: strangerSubject(vault, asked ?? row.id), kind };
    return {
      subject: accountSubject(accountId),
      kind,
      device: await counts(database, accountId, row.device_hashes),
    };
  };

  const counts = (from: Database, accountId: AccountId, hashes: readonly Buffer[]) =>
    countedDevice(from, clock, policy.devices, accountId, hashes);

  return {
    openLink: (link, browser) =>
      database.transaction().execute(async (transaction): Promise<LinkResult> => {
        const token = newToken();
        const linkHash = tokenHash(link);
        const owner = await store.accountOfLink(transaction, linkHash, clock.now());
        if (owner === null) return { is: 'gone' };
        const accountId = asAccountId.parse(owner);
        await lockAccount(transaction, accountId);
        const taken = await store.takeLink(transaction, {
          linkHash,
          tokenHash: tokenHash(token),
          deviceHashes: browser.tokens.map(tokenHash),
          now: clock.now(),
          // Nothing is waited for: what is left open in a browser is not there for the next who uses it.
          until: after(HOUR),
        });
        if (taken === null) return { is: 'gone' };
        if (taken.lost !== 'nothing') return { is: 'next', token };
        const known = deviceOf(clock, policy.devices, sql`${accountId}::uuid`, browser);
        const [device] = (await known.execute(transaction)).rows;
        const deviceToken = tokenOf(browser, device?.token_hash ?? null) ?? newDeviceToken(vault);
        await trust(transaction, clock, { accountId, token: deviceToken, userAgent: browser.userAgent });
        await liftWaits(transaction, accountSubject(accountId), LIFTED_DEVICE);
        await store.completeRecovery(transaction, taken.id, clock.now());
        await recordSecurityEvent(transaction, clock, { kind: 'wait-lifted', accountId });
        return { is: 'lifted', by: taken.isPass ? 'pass' : 'link', deviceToken };
      }),

    fateOf: (link) => store.fateOfLink(database, tokenHash(link), clock.now()),

    enterCode: async (progress, code) => {
      const begun = await store.readRecovery(database, progress.id, clock.now());
      if (begun === null || stageNow(begun) !== 'code') return { is: 'wrong' };
      if (begun.code_failures >= CODE_TRIES) return { is: 'spent' };
      const counted = await countedCode(begun);
      const admission = await admitWithoutEnd(database, clock, policy.failures, counted);
      if (admission.is === 'wait') return admission;
      return database.transaction().execute(async (transaction): Promise<CodeResult> => {
        const row = await hold(transaction, progress.id);
        if (row === null || stageNow(row) !== 'code') return { is: 'wrong' };
        if (row.code_failures >= CODE_TRIES) return { is: 'spent' };
        const right =
          row.account_id !== null &&
          row.code_hash !== null &&
          row.sent_until !== null &&
          row.sent_until > clock.now() &&
          isCode(row.code_hash, row.id, code);
        if (!right || row.account_id === null) {
          const code_failures = row.code_failures + 1;
          await store.changeRecovery(transaction, row.id, { code_failures });
          return code_failures >= CODE_TRIES ? { is: 'spent' } : { is: 'wrong' };
        }
        await clear(transaction, counted);
        await store.changeRecovery(transaction, row.id, {
          evidence: [...row.evidence, 'email'],
          code_hash: null,
        });
        await settle(transaction, row.id, asAccountId.parse(row.account_id), null);
        return { is: 'next' };
      });
    },

    asked: async (progress) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      if (row === null || row.account_id === null || stageNow(row) !== 'confirm') return null;
      const accountId = asAccountId.parse(row.account_id);
      const wanted = missingEvidence(row.lost, row.evidence);
      const held = await readKindsHeld(database, factors, accountId, { onWayBack: true });
      return {
        challenged: {
          attempt: row.id,
          accountId,
          key: await openAccountKey(database, vault, accountId),
          language: row.language,
          onWayBack: true,
        },
        held: held.filter((kind) => proves(kind) === wanted),
      };
    },

    confirm: async (progress, factor, answer) => {
      const row = await store.readRecovery(database, progress.id, clock.now());
      if (row === null || row.account_id === null || stageNow(row) !== 'confirm') return { is: 'gone' };
      const evidence = proves(factor.kind);
      if (missingEvidence(row.lost, row.evidence) !== evidence) return { is: 'gone' };
      const accountId = asAccountId.parse(row.account_id);
      const here = await counts(database, accountId, row.device_hashes);
      const counted: Counted = {
        subject: accountSubject(accountId),
        kind: factor.kind,
        device: here === UNKNOWN_DEVICE || here === LIFTED_DEVICE ? WAY_BACK_DEVICE : here,
      };
      const admission = await countTry(database, clock, policy.failures, counted);
      if (admission.is !== 'admitted') return admission;
      const challenged: Challenged = {
        attempt: row.id,
        accountId,
        key: await openAccountKey(database, vault, accountId),
        language: row.language,
        onWayBack: true,
      };
      const { failures } = admission;
      const parts = { database, clock, policy, notices };
      const behind = row.evidence.includes('password') ? 'password' : 'email';
      return tryFactor(parts, { factor, challenged, answer, counted, failures, behind }, (right) =>
        at(row.id, 'confirm', async (transaction, held) => {
          if (missingEvidence(held.lost, held.evidence) !== evidence) return null;
          if (!(await store.takeAnswer(transaction, row.id, right, evidence))) return null;
          await clear(transaction, counted);
          // Told apart from the hold, since its link raises the alarm and that of the hold only stops one way back.
          if (evidence === 'backup-code') await tellBackupCodeUsed(transaction, notices, accountId);
          await settle(transaction, row.id, accountId, right.boundAt);
          return true as const;
        }),
      );
    },
  };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly 'recovery-code': true;
  }
}
