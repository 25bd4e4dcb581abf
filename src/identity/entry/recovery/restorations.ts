import type { Database } from '../../../platform/database/index.ts';

/** What an operator asked for, until when another may approve it. */
export type Restoration = {
  readonly askedBy: string;
  /** The login that it was asked from; null for what an older version was asked. */
  readonly askedLogin: string | null;
  readonly until: Date;
};

/** What an operator asked for and nobody has approved yet; null where there is nothing, or its day is over. */
export async function openRestoration(
  database: Database,
  accountId: string,
  now: Date,
): Promise<Restoration | null> {
  const row = await database
    .selectFrom('restoration')
    .select(['asked_by as askedBy', 'asked_login as askedLogin', 'expires_at as until'])
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

/** Asks for it, in the place of what was asked before and whose day is over. */
export async function askRestoration(
  transaction: Database,
  asked: {
    readonly accountId: string;
    readonly askedBy: string;
    readonly askedLogin: string;
    readonly now: Date;
    readonly until: Date;
  },
): Promise<void> {
  const request = {
    asked_by: asked.askedBy,
    asked_login: asked.askedLogin,
    asked_at: asked.now,
    expires_at: asked.until,
  };
  await transaction
    .insertInto('restoration')
    .values({ account_id: asked.accountId, ...request })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(request))
    .execute();
}

export async function removeRestoration(transaction: Database, accountId: string): Promise<void> {
  await transaction.deleteFrom('restoration').where('account_id', '=', accountId).execute();
}

export async function removeOldRestorations(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('restoration').where('expires_at', '<=', now).execute();
}
