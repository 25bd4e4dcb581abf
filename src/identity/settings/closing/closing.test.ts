import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifySecurityEvents } from '../../../platform/audit/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { makeClosing } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, clock, policy, sessions, phones, personalData, smsCodes, newAccount, signIn, raiseAlarm } =
  identity;
const ways = testRecovery(identity);
const told: string[] = [];
let unreadable = '';
const toldOf = (id: AccountId) =>
  told.filter((each) => each.startsWith(id)).map((each) => each.slice(id.length + 1));
const closing = makeClosing({
  database,
  clock,
  policy: policy.closing,
  personalData,
  sessions,
  notices: {
    send: async (transaction, accountId, { is }) => {
      // Whoever is told is still there to be read.
      await transaction
        .selectFrom('account')
        .select('id')
        .where('id', '=', accountId)
        .executeTakeFirstOrThrow();
      if (accountId === unreadable) throw new Error('its key is gone');
      told.push(`${accountId} ${is}`);
    },
  },
});
const DAY = 24 * 3600;

/** The tables that hold something of an account, by every column that refers to one. */
async function tablesWith(id: AccountId): Promise<readonly string[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and (column_name = 'account_id' or (table_name = 'account' and column_name = 'id'))
    order by 1`.execute(database);
  const found: string[] = [];
  for (const { table, column } of rows) {
    const held = await sql`select 1 from ${sql.table(table)} where ${sql.ref(column)} = ${id}`.execute(
      database,
    );
    if (held.rows.length > 0) found.push(table);
  }
  return found;
}

async function wholeAccount() {
  const account = await newAccount({ withCodes: true, username: `u${Math.random()}` });
  const token = await sessions.begin(database, account.id, { proven: true, deviceId: null });
  await identity.reportLink(account.id, account.email);
  const read = parsePhone('+12025550142');
  if (read.is !== 'number') throw new Error(read.is);
  const { number } = read;
  const owner = { accountId: account.id, key: account.key };
  await database.transaction().execute(async (transaction) => {
    const phone = await phones.add(transaction, owner, number);
    if (phone.is !== 'added') throw new Error(phone.is);
    const asking = { attempt: phone.id, accountId: account.id, language: 'en' };
    await smsCodes.send(transaction, asking, { id: phone.id, number }, 'new-number');
  });
  return { ...account, token };
}

describe('closing an account', () => {
  it('signs out everywhere at once and erases after thirty days, and only then (ASVS 7.4.2)', async () => {
    const account = await wholeAccount();
    const result = await closing.begin(await identity.askingFor(account.id));
    expect(result).toEqual({ is: 'begun', on: new Date(clock.now().getTime() + 30 * DAY * 1000) });
    expect((await sessions.find(account.token)).is).toBe('ended-elsewhere');
    clock.advance(30 * DAY - 1);
    expect(await closing.eraseDue()).toBe(0);
    expect(await tablesWith(account.id)).toEqual(
      expect.arrayContaining(['account', 'account_phone', 'sms_code']),
    );
    clock.advance(1);
    expect(await closing.eraseDue()).toBe(1);
    expect(await tablesWith(account.id)).toEqual(['security_event']);
    expect(told).toEqual([`${account.id} account-closing`, `${account.id} account-erased`]);
    const tried = await signIn.checkPassword({
      identifier: account.email,
      password: account.password,
      returnTo: '/home',
      browser: { tokens: [], userAgent: '' },
      prove: async () => ({ is: 'proven' }) as const,
    });
    expect(tried.is).toBe('wrong');
    expect((await verifySecurityEvents(database)).is).toBe('whole');
  });

  it('waits for a way back whose hold runs or is over, and a day more for whoever came back by it', async () => {
    const kinds = ['stopped', 'expired', 'finished', 'kept'] as const;
    const all = await Promise.all(
      kinds.map(async (kind) => {
        const account = await ways.newAccount({ withCodes: true });
        await closing.begin(await identity.askingFor(account.id));
        return { kind, account };
      }),
    );
    clock.advance(28 * DAY);
    const waiting = [];
    for (const { kind, account } of all) {
      const token = await ways.beginWithPassword(account);
      await ways.enterCode(token, account);
      waiting.push({ kind, account, token });
    }
    clock.advance(3 * DAY);
    expect(await closing.eraseDue()).toBe(0);
    for (const { kind, account, token } of waiting) {
      const progress = await ways.progressOf(token);
      expect(progress.stage).toBe('authenticator');
      if (kind === 'stopped') await ways.recovery.giveUp(progress);
      if (kind === 'expired') continue;
      if (kind === 'stopped') {
        expect(await closing.eraseDue()).toBe(1);
        expect(await tablesWith(account.id)).toEqual(['security_event']);
        continue;
      }
      const secret = (await ways.recovery.enrolling(progress, 'Firefox'))?.secret ?? '';
      expect((await ways.bindNew(progress, ways.appCode(secret))).is).toBe('returned');
      if (kind === 'kept')
        expect(await closing.cancel(await identity.askingFor(account.id))).toEqual({ is: 'cancelled' });
    }
    clock.advance(DAY - 1);
    expect(await closing.eraseDue()).toBe(0);
    clock.advance(1);
    expect(await closing.eraseDue()).toBe(1);
    clock.advance(policy.recovery.openDays * DAY);
    expect(await closing.eraseDue()).toBe(1);
    for (const { kind, account } of all)
      expect((await tablesWith(account.id)).includes('account')).toBe(kind === 'kept');
  });

  it('leaves the address free for an account anew, and no other account is touched', async () => {
    const [mine, theirs] = [await wholeAccount(), await wholeAccount()];
    const before = await tablesWith(theirs.id);
    await closing.begin(await identity.askingFor(mine.id));
    clock.advance(30 * DAY);
    await closing.eraseDue();
    expect(await tablesWith(theirs.id)).toEqual(before);
    const again = await newAccount({ email: mine.email });
    expect(again.id).not.toBe(mine.id);
  });

  it('is called off, and asked for twice waits no longer than once', async () => {
    const account = await wholeAccount();
    await closing.begin(await identity.askingFor(account.id));
    clock.advance(20 * DAY);
    const again = await closing.begin(await identity.askingFor(account.id));
    const { closes_at } = await database
      .selectFrom('account')
      .select('closes_at')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow();
    expect(closes_at).toEqual(new Date(clock.now().getTime() + 10 * DAY * 1000));
    expect(again).toEqual({ is: 'begun', on: closes_at });
    const asking = await identity.askingFor(account.id);
    await Promise.all([closing.cancel(asking), closing.cancel(asking)]);
    clock.advance(40 * DAY);
    expect(await closing.eraseDue()).toBe(0);
    expect(told.filter((each) => each.startsWith(account.id))).toEqual([
      `${account.id} account-closing`,
      `${account.id} account-closing-cancelled`,
    ]);
  });

  it('is written down with its end, and calling off what was not begun is not', async () => {
    const { id } = await newAccount();
    const asking = await identity.askingFor(id);
    await closing.cancel(asking);
    await closing.begin(asking);
    await closing.begin(await identity.askingFor(id));
    // Whoever began it was signed out by it.
    expect(await closing.cancel(asking)).toEqual({ is: 'gone' });
    const back = await identity.askingFor(id);
    for (let n = 0; n < 2; n++) expect(await closing.cancel(back)).toEqual({ is: 'cancelled' });
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', id)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual(['closing-begun', 'closing-cancelled']);
    expect(told.filter((each) => each.startsWith(id))).toEqual([
      `${id} account-closing`,
      `${id} account-closing-cancelled`,
    ]);
  });

  it('is refused, and called off, by "this wasn\'t me"', async () => {
    const account = await wholeAccount();
    await closing.begin(await identity.askingFor(account.id));
    await raiseAlarm(account.id);
    expect(await closing.begin(await identity.askingFor(account.id))).toEqual({ is: 'alarmed' });
    clock.advance(60 * DAY);
    expect(await closing.eraseDue()).toBe(0);
  });

  it('reminds a week before the end, once, by however many workers, and anew of another end', async () => {
    const { id } = await newAccount();
    const reminded = () => toldOf(id).filter((is) => is === 'account-closing-soon').length;
    await closing.begin(await identity.askingFor(id));
    clock.advance(23 * DAY - 1);
    expect(await closing.remindDue()).toBe(0);
    clock.advance(1);
    const counts = await Promise.all(Array.from({ length: 5 }, () => closing.remindDue()));
    expect([counts.reduce((sum, count) => sum + count), reminded()]).toEqual([1, 1]);
    clock.advance(DAY);
    expect([await closing.remindDue(), reminded()]).toEqual([0, 1]);
    await closing.cancel(await identity.askingFor(id));
    expect(await closing.remindDue()).toBe(0);
    await closing.begin(await identity.askingFor(id));
    clock.advance(23 * DAY);
    expect([await closing.remindDue(), reminded()]).toEqual([1, 2]);
    clock.advance(7 * DAY);
    expect([await closing.remindDue(), await closing.eraseDue()]).toEqual([0, 1]);
  });

  it('reminds of nothing where the whole wait is a week', async () => {
    const notices = { send: async () => {} };
    const brief = makeClosing({ database, clock, policy: { days: 7 }, personalData, sessions, notices });
    const { id } = await newAccount();
    await brief.begin(await identity.askingFor(id));
    expect(await brief.remindDue()).toBe(0);
    await brief.cancel(await identity.askingFor(id));
  });

  it('of an account that cannot be told waits, and of the others does not', async () => {
    const accounts = [await newAccount(), await newAccount()] as const;
    for (const { id } of accounts) await closing.begin(await identity.askingFor(id));
    const [{ id }, other] = accounts;
    for (const [days, work, said] of [
      [23, closing.remindDue, 'account-closing-soon'],
      [7, closing.eraseDue, 'account-erased'],
    ] as const) {
      clock.advance(days * DAY);
      unreadable = id;
      await expect(work()).rejects.toThrow('1 of 2 failed');
      expect([toldOf(id).includes(said), toldOf(other.id).includes(said)]).toEqual([false, true]);
      expect(await tablesWith(id)).toContain('account');
      unreadable = '';
      expect(await work()).toBe(1);
    }
    expect(await tablesWith(id)).toEqual(['security_event']);
  });

  it('by two workers at a time erases each account once', async () => {
    const accounts = [await wholeAccount(), await wholeAccount(), await wholeAccount()];
    for (const { id } of accounts) await closing.begin(await identity.askingFor(id));
    clock.advance(30 * DAY);
    const erased = await Promise.all([closing.eraseDue(), closing.eraseDue()]);
    expect(erased[0] + erased[1]).toBe(3);
    for (const { id } of accounts) expect(toldOf(id)).toEqual(['account-closing', 'account-erased']);
    const events = await database
      .selectFrom('security_event')
      .select('account_id')
      .where('kind', '=', 'account-erased')
      .where(
        'account_id',
        'in',
        accounts.map(({ id }) => id),
      )
      .execute();
    expect(events).toHaveLength(3);
  });

  it('finds everything: whatever refers to an account goes with it', async () => {
    const { rows } = await sql<{ table: string }>`
      select conrelid::regclass::text as table from pg_constraint
      where contype = 'f' and confrelid = 'account'::regclass and confdeltype <> 'c'`.execute(database);
    expect(rows).toEqual([]);
    const { rows: unbound } = await sql<{ table: string }>`
      select c.table_name as table from information_schema.columns c
      where c.table_schema = 'public' and c.column_name = 'account_id' and not exists (
        select from pg_constraint k where k.contype = 'f' and k.conrelid = (quote_ident(c.table_name))::regclass
          and k.confdeltype = 'c')`.execute(database);
    expect(unbound).toEqual([{ table: 'security_event' }]);
  });
});
