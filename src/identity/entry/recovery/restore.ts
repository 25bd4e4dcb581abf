import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { DAY } from '../../../platform/clock/index.ts';
import { newToken, tokenHash } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, lockAccount } from '../../core/accounts/index.ts';
import { readAddresses } from '../../core/addresses/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import { byOperator, type Operator } from '../../core/operators/index.ts';
import type { Holding } from './hold.ts';
import { type Machine, place, type RecoveryParts } from './machine.ts';
import { askRestoration, openRestoration, type Restoration, removeRestoration } from './restorations.ts';
import * as store from './store.ts';

export type RestoreResult =
  /** Another operator has to approve it until then. */
  | { readonly is: 'asked'; readonly until: Date }
  /** Nobody approves what they asked for themselves. */
  | { readonly is: 'own-request'; readonly until: Date }
  /** Nor does whoever uses the same login under another name. */
  | { readonly is: 'own-login'; readonly until: Date }
  /** The hold runs until then; with the code the person goes on in their browser. */
  | { readonly is: 'begun'; readonly code: string; readonly until: Date }
  /** Whoever reads a settled address raised the alarm lately, and has until then to come back by themselves. */
  | { readonly is: 'alarmed'; readonly until: Date }
  /** An operator corrected whose account it is, so that its papers are compared with what one person wrote; until then. */
  | { readonly is: 'corrected'; readonly until: Date }
  /** There is no such account. */
  | { readonly is: 'unknown' };

/** What two operators of the agency do for somebody who lost everything. */
export type Restoring = {
  /**
   * Asks for a way back into an account, or approves what another operator asked for within a day. It begins a way back
   * that rests on nothing settled: the hold runs in full, every address hears of it, and those that stand highest stop it
   * (docs/security/two-people.md). One that operators began before ends with it.
   */
  restore(accountId: AccountId, operator: Operator): Promise<RestoreResult>;
  /** What an operator asked for and another has not approved yet; null where there is nothing. */
  restoration(accountId: AccountId): Promise<Restoration | null>;
};

/** How long another operator has to approve it. */
const ASKED_FOR = DAY;

export function makeRestoring(
  parts: Pick<RecoveryParts, 'database' | 'vault' | 'clock' | 'policy'>,
  { after }: Pick<Machine, 'after'>,
  { settle }: Pick<Holding, 'settle'>,
): Restoring {
  const { database, vault, clock, policy } = parts;

  /** Until when whoever said "this wasn't me" by a settled address comes back alone; null where nobody is waited for. */
  const alarmUntil = async (transaction: Database, accountId: AccountId, alarmedAt: Date | null) => {
    if (alarmedAt === null) return null;
    const until = new Date(alarmedAt.getTime() + policy.alarm.days * DAY);
    if (until <= clock.now()) return null;
    const addresses = await readAddresses(transaction, parts, accountId);
    return addresses.some(({ standing }) => standing === 'settled') ? until : null;
  };

  /** Until when one operator's correction stands between two and the account; null where there was none lately. */
  const correctedUntil = async (transaction: Database, accountId: AccountId) => {
    const row = await transaction
      .selectFrom('security_event')
      .select((query) => query.fn.max('at').as('at'))
      .where('account_id', '=', accountId)
      .where('kind', '=', 'person-corrected-by-agency')
      .where('at', '>', after(-policy.alarm.days * DAY))
      .executeTakeFirst();
    const at = row?.at ?? null;
    return at === null ? null : new Date(at.getTime() + policy.alarm.days * DAY);
  };

  const begin = async (transaction: Database, accountId: AccountId, language: string) => {
    for (const id of await store.restoredBefore(transaction, accountId))
      await endRecoveries(transaction, clock, accountId, { only: id });
    const id = uuid();
    await store.insertRecovery(transaction, {
      id,
      // No browser is on it until the code is entered in one.
      tokenHash: tokenHash(newToken()),
      dataKey: vault.newDataKey().wrapped,
      asked: null,
      accountId,
      network: vault.blindIndex('recovery-network', 'agency'),
      deviceHashes: [],
      lost: 'everything',
      evidence: ['agency'],
      language,
      now: clock.now(),
      expiresAt: after(DAY),
    });
    await settle(transaction, id, accountId, null);
    const row = await store.readRecovery(transaction, id, clock.now());
    if (row?.elsewhere_sealed == null || row.hold_ends_at === null) throw new Error('there is no hold');
    const code = vault.openDataKey(row.data_key).unseal(row.elsewhere_sealed, place('elsewhere_sealed', id));
    return { code, until: row.hold_ends_at };
  };

  return {
    restoration: (accountId) => openRestoration(database, accountId, clock.now()),

    restore: (accountId, operator) =>
      database.transaction().execute(async (transaction): Promise<RestoreResult> => {
        await lockAccount(transaction, accountId);
        const account = await transaction
          .selectFrom('account')
          .select(['alarmed_at', 'language'])
          .where('id', '=', accountId)
          .executeTakeFirst();
        if (account === undefined) return { is: 'unknown' };
        const alarmed = await alarmUntil(transaction, accountId, account.alarmed_at);
        if (alarmed !== null) return { is: 'alarmed', until: alarmed };
        const corrected = await correctedUntil(transaction, accountId);
        if (corrected !== null) return { is: 'corrected', until: corrected };
        const request = await openRestoration(transaction, accountId, clock.now());
        if (request === null) {
          const until = after(ASKED_FOR);
          await askRestoration(transaction, {
            accountId,
            askedBy: operator.name,
            askedLogin: operator.login,
            now: clock.now(),
            until,
          });
          await recordSecurityEvent(transaction, clock, {
            kind: 'restoration-asked',
            accountId,
            detail: byOperator(operator),
          });
          return { is: 'asked', until };
        }
        if (request.askedBy === operator.name) return { is: 'own-request', until: request.until };
        if (request.askedLogin === operator.login) return { is: 'own-login', until: request.until };
        await removeRestoration(transaction, accountId);
        const begun = await begin(transaction, accountId, account.language);
        await recordSecurityEvent(transaction, clock, {
          kind: 'restoration-approved',
          accountId,
          detail: byOperator(operator),
        });
        return { is: 'begun', ...begun };
      }),
  };
}
