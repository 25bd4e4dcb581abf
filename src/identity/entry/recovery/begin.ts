import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { DAY, HOUR, MINUTE } from '../../../platform/clock/index.ts';
import { newCode, newToken, tokenHash } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { addJob } from '../../../platform/jobs/index.ts';
import { type AccountId, lockAccount, normalEmail } from '../../core/accounts/index.ts';
import { type Address, highest, readAddresses } from '../../core/addresses/index.ts';
import { type Browser, countedDevice } from '../../core/devices/index.ts';
import { areManyBegun, PASS, type Share, shareOf } from '../../core/flood-guard/index.ts';
import { LIFTED_DEVICE, UNKNOWN_DEVICE } from '../../core/throttling/index.ts';
import type { Challenged } from '../../credentials/factors/index.ts';
import { type Evidence, isByLink, type Lost, missingEvidence } from './evidence.ts';
import { CODE_TRIES, type Machine, type Progress, place, type RecoveryParts } from './machine.ts';
import * as store from './store.ts';

/** Where a way back is begun. */
export type From = {
  readonly language: string;
  /** The network that the request came from. */
  readonly network: string;
  readonly browser: Browser;
};

/** How a way back begins, and what is sent for it. */
export type Beginning = {
  /** Begins with what names an account; what follows is done by a job. @returns the token for the cookie */
  begin(lost: 'nothing' | 'password' | 'both', identifier: string, from: From): Promise<string>;
  /**
   * Begins for somebody who has just given the right password.
   * @returns the token for the cookie, or null where the password was changed since
   */
  beginWithPassword(challenged: Challenged, from: From): Promise<string | null>;
  /** Whether so many are begun lately, by everybody or from a network, that the next should prove itself. */
  isUnderLoad(network: string): Promise<boolean>;
  /** Sends what is due next, where there is somebody to send it to; what the job of `begin` calls. Safe to call twice. */
  send(id: string): Promise<void>;
  /** Asks for another code; failures counted so far stay (NIST SP 800-63B-4 §3.1.3). */
  sendAgain(progress: Progress): Promise<void>;
  /** Whether nothing more is sent for now. It tells that there is an account: for whoever gave its password alone. */
  gotEnough(progress: Progress): Promise<boolean>;
};

export const SEND_RECOVERY = 'send-recovery';
/** How long somebody has to begin; a hold adds its own time. */
const LIFE = DAY;

export function makeBeginning(parts: RecoveryParts, { after, named, codeHash }: Machine): Beginning {
  const { database, vault, clock, policy, messages } = parts;
  const networkIndex = (network: string) => vault.blindIndex('recovery-network', network);

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
    await store.insertRecovery(transaction, {
      id,
      tokenHash: tokenHash(token),
      dataKey: wrapped,
      asked: identifier === null ? null : key.seal(identifier, place('asked_sealed', id)),
      accountId,
      network: networkIndex(from.network),
      deviceHashes: from.browser.tokens.map(tokenHash),
      lost,
      evidence,
      language: from.language,
      now: clock.now(),
      expiresAt: after(LIFE),
    });
    await addJob(transaction, SEND_RECOVERY, { id });
    return { id, token };
  };

  /** The address that the message of a way back goes to: the one that was typed, or one that stands highest. */
  const addressee = async (
    transaction: Database,
    accountId: AccountId,
    asked: string | null,
  ): Promise<Address | undefined> => {
    const addresses = await readAddresses(transaction, parts, accountId);
    const typed = asked === null ? undefined : addresses.find(({ email }) => email === normalEmail(asked));
    return typed ?? highest(addresses)[0];
  };

  /**
   * Each known device has an allowance of its own, so that strangers use up only theirs, and whoever reads the mail gets
   * one by a pass. Those who gave the password have one together, and so have all others.
   */
  const share = async (within: Database, accountId: AccountId, row: store.RecoveryRow): Promise<Share> => {
    const { device_hashes: deviceHashes, network_index: network, lost } = row;
    const { code: numbers, devices } = policy;
    const withPassword = lost === 'second-step';
    const since = { hour: after(-HOUR), day: after(-DAY) };
    const sent = await store.countSent(within, accountId, { network, deviceHashes, withPassword, ...since });
    const browser = await countedDevice(within, clock, devices, accountId, deviceHashes);
    if (browser === UNKNOWN_DEVICE) return shareOf(numbers, sent.here);
    const { hereInHour, hereInDay } = sent.device;
    const ownsEnough = hereInHour >= numbers.sentPerHour || hereInDay >= numbers.sentPerDay;
    // Whoever reads the mail makes as many browsers of this kind as they like.
    const { inAllPerDay, reservedPerDay, sentPerDay } = numbers;
    const most = browser === LIFTED_DEVICE ? inAllPerDay + reservedPerDay + sentPerDay : Infinity;
    return ownsEnough || sent.here.inDay >= most ? 'enough' : 'sent';
  };

  /** Strangers used up what there is, and who asks may be the owner: whoever reads the mail goes on by one link. */
  const sendPass = async (
    transaction: Database,
    { accountId, address }: { accountId: AccountId; address: Address },
    { network_index: network, language }: store.RecoveryRow,
  ): Promise<void> => {
    const passes = await store.countPasses(transaction, accountId, {
      addressId: address.id,
      day: after(-DAY),
      fresh: after(-PASS.fresh),
    });
    if (passes.waiting > 0 || passes.inDay >= PASS.most) return;
    const id = uuid();
    const token = newToken();
    await store.insertRecovery(transaction, {
      id,
      tokenHash: tokenHash(newToken()),
      dataKey: vault.newDataKey().wrapped,
      asked: null,
      accountId,
      network,
      deviceHashes: [],
      lost: 'nothing',
      evidence: [],
      language,
      isPass: true,
      now: clock.now(),
      expiresAt: after(PASS.lasts),
    });
    await store.changeRecovery(transaction, id, {
      email_id: address.id,
      ...store.sentLink(tokenHash(token)),
      sent_count: 1,
      sent_at: clock.now(),
      sent_until: after(PASS.lasts),
    });
    await messages.pass(transaction, address.email, language, token);
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

    beginWithPassword: ({ attempt, accountId }, from) =>
      database.transaction().execute(async (transaction) => {
        await lockAccount(transaction, accountId);
        if (!(await store.isSigningIn(transaction, attempt))) return null;
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

    isUnderLoad: (network) =>
      areManyBegun(database, clock, policy.recoveryLoad, {
        table: 'recovery',
        network: networkIndex(network),
      }),

    send: async (id) => {
      await database.transaction().execute(async (transaction) => {
        const read = await store.readRecovery(transaction, id, clock.now());
        if (read === null) return;
        const { asked, accountId } = await named(transaction, read);
        if (accountId === null) return;
        await lockAccount(transaction, accountId);
        // Read behind the lock: an address that leaves at this moment gets nothing.
        const address = await addressee(transaction, accountId, asked);
        if (address === undefined) return;
        const row = await store.lockRecovery(transaction, id, clock.now());
        if (row === null || missingEvidence(row.lost, row.evidence) !== 'email') return;
        if (row.code_failures >= CODE_TRIES) return;
        const given = await share(transaction, accountId, row);
        if (given === 'full') await sendPass(transaction, { accountId, address }, row);
        if (given !== 'sent') return;
        const { language } = row;
        const token = newToken();
        const code = newCode();
        const byLink = isByLink(row.lost);
        await store.changeRecovery(transaction, id, {
          account_id: accountId,
          email_id: address.id,
          sent_count: row.sent_count + 1,
          sent_at: clock.now(),
          sent_until: after((byLink ? policy.recovery.linkMinutes : policy.code.minutes) * MINUTE),
          ...(byLink ? store.sentLink(tokenHash(token)) : { code_hash: codeHash(id, code) }),
        });
        if (row.lost === 'password' || row.lost === 'nothing')
          await messages.link(transaction, address.email, language, { lost: row.lost, token });
        else
          await messages.code(transaction, address.email, language, {
            code,
            knowsPassword: row.evidence.includes('password'),
          });
        if (row.account_id !== null) return;
        const { lost } = row;
        await recordSecurityEvent(
          transaction,
          clock,
          lost === 'nothing'
            ? { kind: 'wait-lift-asked', accountId }
            : { kind: 'recovery-begun', accountId, detail: { lost } },
        );
      });
    },

    sendAgain: (progress) => addJob(database, SEND_RECOVERY, { id: progress.id }),

    gotEnough: async ({ id, accountId }) => {
      const row = await store.readRecovery(database, id, clock.now());
      return row !== null && accountId !== null && (await share(database, accountId, row)) !== 'sent';
    },
  };
}
