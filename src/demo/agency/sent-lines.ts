import { sql } from 'kysely';
import { after, type Clock, DAY } from '../../platform/clock/index.ts';
import { sealedColumn, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { RoomTables } from '../../platform/tables/index.ts';
import { openCases } from '../../records/cases/index.ts';

const LINE = sealedColumn({
  table: 'demo_line',
  column: 'line_sealed',
  under: 'case_record',
  of: sql`t.receipt`,
});

export const PLAY_TABLES: RoomTables = {
  tables: {
    demo_line: { of: 'case', leftOut: 'what visitors of the demonstration sent as the agency, for a day' },
  },
  sealed: [LINE],
};

const KEPT_DAYS = 1;

export type SentLine = { readonly receipt: string; readonly id: string };

export type SentLines = {
  /**
   * Keeps a line before it is sent, unless there is one by its id.
   * @returns the one that there is
   */
  keep(which: SentLine, line: string): Promise<string>;
  /** Null where there is none, or none any more. */
  find(which: SentLine): Promise<string | null>;
  /** Takes back what was refused. */
  forget(which: SentLine): Promise<void>;
  removeOld(): Promise<void>;
};

/** The lines that visitors sent as the agency. */
export function makeSentLines({
  database,
  vault,
  clock,
}: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}): SentLines {
  const keyOf = async (receipt: string) => {
    const found = (await openCases(database, vault, [receipt])).get(receipt);
    if (found === undefined) throw new Error('the case of a line is there');
    return found.key;
  };
  const find: SentLines['find'] = async ({ receipt, id }) => {
    const found = await database
      .selectFrom('demo_line')
      .select('line_sealed as sealed')
      .where('id', '=', id)
      .where('receipt', '=', receipt)
      .executeTakeFirst();
    return found === undefined ? null : (await keyOf(receipt)).unseal(found.sealed, LINE.place(id));
  };
  return {
    find,
    keep: async (which, line) => {
      const { receipt, id } = which;
      await database
        .insertInto('demo_line')
        .values({
          id,
          receipt,
          line_sealed: (await keyOf(receipt)).seal(line, LINE.place(id)),
          sent_at: clock.now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await find(which)) ?? line;
    },
    forget: async ({ receipt, id }) => {
      await database.deleteFrom('demo_line').where('id', '=', id).where('receipt', '=', receipt).execute();
    },
    removeOld: async () => {
      await database
        .deleteFrom('demo_line')
        .where('sent_at', '<', after(clock, -KEPT_DAYS * DAY))
        .execute();
    },
  };
}
