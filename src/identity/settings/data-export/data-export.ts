import { v7 as uuid } from 'uuid';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, DAY } from '../../../platform/clock/index.ts';
import { sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { addJob } from '../../../platform/jobs/index.ts';
import type { PersonalData } from '../../../platform/tables/index.ts';
import { type AccountId, asAccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type Asking, type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Session } from '../../session/sessions/index.ts';

export type ExportState =
  | { readonly is: 'none' }
  | { readonly is: 'preparing' }
  | { readonly is: 'ready'; readonly until: Date };

export type DataExport = {
  readonly days: number;
  state(accountId: AccountId): Promise<ExportState>;
  /** Asks for a copy; a job prepares it. One is prepared at a time, and a new one takes the place of the last. */
  ask(asking: Asking): Promise<{ readonly is: 'asked' } | Refused>;
  /** Prepares a copy; what the job calls. Safe to do twice. */
  prepare(id: string): Promise<void>;
  /** The copy, as JSON; null where none is ready. */
  fetch(owner: Pick<Session, 'accountId' | 'key'>): Promise<string | null>;
  removeOld(): Promise<void>;
};

export const PREPARE_EXPORT = 'prepare-data-export';

export const COPY = sealedColumn({ table: 'data_export', column: 'content_sealed', under: 'account' });
const { place } = COPY;

/** A person's copy of all that is kept about them. */
export function makeDataExport({
  database,
  vault,
  clock,
  policy,
  notices,
  personalData,
}: {
  database: Database;
  vault: Vault;
  clock: Clock;
  policy: Policy['dataExport'];
  notices: Notices;
  /** All that is kept about a person, in the order of the copy. */
  personalData: () => readonly PersonalData<AccountId>[];
}): DataExport {
  /** One that was asked for before, and is not made by now, never will be: it is asked for anew. */
  const givenUpOn = () => new Date(clock.now().getTime() - DAY);
  const find = (accountId: AccountId) =>
    database
      .selectFrom('data_export')
      .selectAll()
      .where('account_id', '=', accountId)
      .where((eb) =>
        eb.or([
          eb('expires_at', '>', clock.now()),
          eb.and([eb('expires_at', 'is', null), eb('asked_at', '>', givenUpOn())]),
        ]),
      )
      .executeTakeFirst();

  return {
    days: policy.days,

    state: async (accountId) => {
      const row = await find(accountId);
      if (row === undefined) return { is: 'none' };
      return row.expires_at === null ? { is: 'preparing' } : { is: 'ready', until: row.expires_at };
    },

    ask: (asking) =>
      unlessUnderAlarm(database, asking, async (transaction) => {
        const { accountId } = asking;
        const id = uuid();
        const now = clock.now();
        const fresh = { id, asked_at: now, content_sealed: null, ready_at: null, expires_at: null };
        const asked = await transaction
          .insertInto('data_export')
          .values({ account_id: accountId, ...fresh })
          .onConflict((conflict) =>
            conflict
              .column('account_id')
              .doUpdateSet(fresh)
              .where((eb) =>
                eb.or([
                  eb('data_export.ready_at', 'is not', null),
                  eb('data_export.asked_at', '<=', givenUpOn()),
                ]),
              ),
          )
          .executeTakeFirst();
        if (asked.numInsertedOrUpdatedRows === 1n) {
          await addJob(transaction, PREPARE_EXPORT, { id });
          await recordSecurityEvent(transaction, clock, { kind: 'data-asked', accountId });
        }
        return { is: 'asked' } as const;
      }),

    prepare: async (id) => {
      const row = await database
        .selectFrom('data_export as e')
        .innerJoin('account as a', 'a.id', 'e.account_id')
        .select(['a.id', 'a.data_key'])
        .where('e.id', '=', id)
        .where('e.ready_at', 'is', null)
        .executeTakeFirst();
      if (row === undefined) return;
      const accountId = asAccountId.parse(row.id);
      const key = vault.openDataKey(row.data_key);
      const content: Record<string, unknown> = { preparedAt: clock.now() };
      for (const { name, read } of personalData())
        if (read !== undefined) content[name] = await read({ accountId, key });
      const sealed = key.seal(JSON.stringify(content, null, 2), place(id));
      const until = after(clock, policy.days * DAY);
      await database.transaction().execute(async (transaction) => {
        const ready = await transaction
          .updateTable('data_export')
          .set({ content_sealed: sealed, ready_at: clock.now(), expires_at: until })
          .where('id', '=', id)
          .where('ready_at', 'is', null)
          .executeTakeFirst();
        if (ready.numUpdatedRows === 1n)
          await notices.send(transaction, accountId, { is: 'data-ready', until });
      });
    },

    fetch: async ({ accountId, key }) => {
      const row = await find(accountId);
      if (row?.content_sealed == null) return null;
      const content = key.unseal(row.content_sealed, place(row.id));
      await recordSecurityEvent(database, clock, { kind: 'data-fetched', accountId });
      return content;
    },

    removeOld: async () =>
      void (await database.deleteFrom('data_export').where('expires_at', '<=', clock.now()).execute()),
  };
}
