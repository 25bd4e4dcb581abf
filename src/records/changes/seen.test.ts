import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../platform/clock/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { bareCase } from '../../testing/bare-case.ts';
import { freshDatabase } from '../../testing/database.ts';
import { changing, listingNews, noteSeen, readNews, readSeen, tellingSeen } from './index.ts';

const { database, clock } = await freshDatabase();
const receipt = 'ARC2190000042';
let accountId: string;

const move = (ref: string, at = clock.now()) =>
  changing(database, clock, 'feed', async (_transaction, note) =>
    note({ kind: 'case-moved', receipt, ref, at }),
  );

/** Looks at a page, as a person does: what is new on it, and that it was seen. */
async function look(): Promise<readonly string[]> {
  const account = sql<string>`${accountId}::uuid`;
  const { rows } = await sql<{ news: unknown; seen: unknown }>`
    select ${listingNews(account, sql`${receipt}::text`, sql`${clock.now()}::timestamptz`)} as news,
      ${tellingSeen(account)} as seen`.execute(database);
  await noteSeen(database, clock, accountId, readSeen(rows[0]?.seen));
  return readNews(rows[0]?.news).map(({ ref }) => ref);
}

beforeEach(async () => {
  await sql`truncate case_record, account, change cascade`.execute(database);
  accountId = await bareAccount(database, clock);
  await bareCase(database, clock, receipt);
});

describe('what is new', () => {
  it('is nothing on the first visit, and on the next what came since', async () => {
    await move('before');
    expect(await look()).toEqual([]);
    clock.advance(60 * 60);
    await move('first');
    await move('second');
    expect(await look()).toEqual(['second', 'first']);
  });

  it('stays new during a visit, however often its page is loaded, and is not on the visit after', async () => {
    await look();
    clock.advance(60 * 60);
    await move('news');
    expect(await look()).toEqual(['news']);
    clock.advance(29 * 60);
    expect(await look()).toEqual(['news']);
    clock.advance(29 * 60);
    await move('more');
    expect(await look()).toEqual(['more', 'news']);
    clock.advance(31 * 60);
    expect(await look()).toEqual([]);
  });

  it('comes also during the first visit, as whatever happens while somebody looks', async () => {
    await look();
    await move('live');
    expect(await look()).toEqual(['live']);
  });

  it('is not what was imported long after it happened', async () => {
    await look();
    await move('old', new Date(clock.now().getTime() - 40 * 24 * 60 * MINUTE));
    await move('news');
    expect(await look()).toEqual(['news']);
  });

  it('is nothing to whoever has seen nothing, and is forgotten with the account', async () => {
    await move('one');
    await look();
    await database.deleteFrom('account').where('id', '=', accountId).execute();
    expect(await sql`select from account_seen`.execute(database)).toMatchObject({ rows: [] });
  });
});
