import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { type Clock, HOUR } from '../../../platform/clock/index.ts';
import { type DataKey, sealedColumn } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, clearEverywhere } from '../../core/throttling/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import { type Factor, mayRemove } from '../factors/index.ts';
import { appName, bindApp, matchingStep, namePlace, newAppSecret } from './authenticator-app.ts';

/** An app that is bound to an account, as its person sees it. */
export type BoundApp = {
  readonly id: string;
  /** What the person calls it; null where they gave no name. */
  readonly name: string | null;
  readonly addedAt: Date;
  readonly lastUsedAt: Date | null;
};

type Owner = { readonly accountId: AccountId; readonly key: DataKey };
/** Who adds an app, in the session in which they were offered its key. */
type Adding = Owner & Asking;

export type AppSettings = {
  readonly most: number;
  list(owner: Owner): Promise<readonly BoundApp[]>;
  /**
   * The key for an app to be added, the same in a session until it is confirmed or an hour old; null where there are
   * enough.
   */
  offer(session: Adding): Promise<string | null>;
  /** Binds the app of the offered key, once one of its codes shows that it has it. */
  add(
    session: Adding,
    given: { code: string; name: string | null },
  ): Promise<{ is: 'added' } | { is: 'wrong' } | { is: 'no-offer' } | { is: 'enough' } | Refused>;
  /** @returns false where the account has no such app */
  rename(owner: Owner, id: string, name: string | null): Promise<boolean>;
  remove(
    asking: Adding,
    id: string,
  ): Promise<{ is: 'removed' } | { is: 'last' } | { is: 'no-such-app' } | Refused>;
};

const OFFER_FOR = HOUR;
const FACTOR = 'authenticator-app';
export const OFFERED_SECRET = sealedColumn({
  table: 'authenticator_app_offer',
  column: 'secret_sealed',
  under: 'account',
  row: 'session_id',
  of: sql`(select account_id from session where session.id = t.session_id)`,
});
const { place: offerPlace } = OFFERED_SECRET;

/** What a person does with the authenticator apps of their account. */
export function makeAppSettings({
  database,
  clock,
  policy,
  factors,
  notices,
}: {
  database: Database;
  clock: Clock;
  policy: Policy['apps'];
  factors: readonly Factor[];
  notices: Notices;
}): AppSettings {
  const count = async (transaction: Database, accountId: AccountId): Promise<number> => {
    const apps = await transaction
      .selectFrom('authenticator_app')
      .select('id')
      .where('account_id', '=', accountId)
      .execute();
    return apps.length;
  };
  const openOffer = async (from: Database, { id, key }: Adding): Promise<string | null> => {
    const row = await from
      .selectFrom('authenticator_app_offer')
      .select('secret_sealed')
      .where('session_id', '=', id)
      .where('created_at', '>', new Date(clock.now().getTime() - OFFER_FOR))
      .executeTakeFirst();
    return row === undefined ? null : key.unseal(row.secret_sealed, offerPlace(id));
  };

  return {
    most: policy.most,

    list: async ({ accountId, key }) => {
      const rows = await database
        .selectFrom('authenticator_app')
        .select(['id', 'name_sealed', 'created_at', 'last_used_at'])
        .where('account_id', '=', accountId)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        name: appName(key, row),
        addedAt: row.created_at,
        lastUsedAt: row.last_used_at,
      }));
    },

    offer: async (session) => {
      const { id, accountId, key } = session;
      if ((await count(database, accountId)) >= policy.most) return null;
      const offered = await openOffer(database, session);
      if (offered !== null) return offered;
      const sealed = key.seal(newAppSecret(), offerPlace(id));
      const now = clock.now();
      // Of two pages opened side by side both show the key that was offered first.
      await database
        .insertInto('authenticator_app_offer')
        .values({ session_id: id, secret_sealed: sealed, created_at: now })
        .onConflict((conflict) =>
          conflict
            .column('session_id')
            .doUpdateSet({ secret_sealed: sealed, created_at: now })
            .where('authenticator_app_offer.created_at', '<=', new Date(now.getTime() - OFFER_FOR)),
        )
        .execute();
      return openOffer(database, session);
    },

    add: (session, { code, name }) =>
      unlessUnderAlarm(database, session, async (transaction) => {
        const { accountId, key } = session;
        const secret = await openOffer(transaction, session);
        if (secret === null) return { is: 'no-offer' } as const;
        if ((await count(transaction, accountId)) >= policy.most) return { is: 'enough' } as const;
        const step = matchingStep(secret, code, clock.now(), policy);
        if (step === null) return { is: 'wrong' } as const;
        const id = uuid();
        await bindApp(transaction, clock, { id, accountId, key, secret, step });
        if (name !== null) await setName(transaction, session, id, name);
        await transaction
          .deleteFrom('authenticator_app_offer')
          .where('session_id', '=', session.id)
          .execute();
        await clearEverywhere(transaction, { subject: accountSubject(accountId), kind: FACTOR });
        await notices.send(transaction, accountId, { is: 'factor-added', factor: FACTOR, name });
        await recordSecurityEvent(transaction, clock, { kind: 'authenticator-app-added', accountId });
        return { is: 'added' } as const;
      }),

    rename: (owner, id, name) =>
      database.transaction().execute(async (transaction) => {
        if (!(await setName(transaction, owner, id, name))) return false;
        const { accountId } = owner;
        await recordSecurityEvent(transaction, clock, { kind: 'authenticator-app-renamed', accountId });
        return true;
      }),

    remove: (asking, id) =>
      unlessUnderAlarm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const removed = await transaction
          .selectFrom('authenticator_app')
          .select(['id', 'name_sealed'])
          .where('id', '=', id)
          .where('account_id', '=', accountId)
          .executeTakeFirst();
        if (removed === undefined) return { is: 'no-such-app' } as const;
        const left = (await count(transaction, accountId)) - 1;
        if (!(await mayRemove(transaction, factors, accountId, { kind: FACTOR, left })))
          return { is: 'last' } as const;
        await transaction.deleteFrom('authenticator_app').where('id', '=', id).execute();
        // Whoever has it may have proven something with it already.
        await endRecoveries(transaction, clock, accountId);
        await notices.send(transaction, accountId, {
          is: 'factor-removed',
          factor: FACTOR,
          name: appName(asking.key, removed),
        });
        await recordSecurityEvent(transaction, clock, { kind: 'authenticator-app-removed', accountId });
        return { is: 'removed' } as const;
      }),
  };
}

async function setName(
  database: Database,
  { accountId, key }: Owner,
  id: string,
  name: string | null,
): Promise<boolean> {
  const named = await database
    .updateTable('authenticator_app')
    .set({ name_sealed: name === null ? null : key.seal(name, namePlace(id)) })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return named.numUpdatedRows === 1n;
}
