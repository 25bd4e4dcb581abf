import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON } from '../../../testing/identity.ts';
import { greetable } from './accounts.ts';
import {
  type AccountId,
  createAccount,
  emailIndexes,
  identified,
  lockAccount,
  openAccountKey,
  openNameInUse,
  readAddressee,
  readPerson,
  readProfile,
  sealEmail,
  setNameInUse,
  setPassword,
  setUsername,
  setZone,
  zoneOf,
} from './index.ts';

const { database, vault, clock } = await freshDatabase();
const NOBODY = '018f0000-0000-7000-8000-00000000dead' as AccountId;

async function newAccount({
  fullName = PERSON.fullName,
  username,
}: {
  fullName?: string;
  username?: string;
} = {}) {
  const email = `${randomUUID()}@example.org`;
  const account = await createAccount(
    database,
    { vault, clock },
    {
      person: { ...PERSON, fullName },
      email,
      ...(username === undefined ? {} : { username }),
      language: 'es',
      passwordHash: 'the first hash',
    },
  );
  if (account === null) throw new Error('taken');
  return { accountId: account.id, key: account.key, email };
}
type Account = Awaited<ReturnType<typeof newAccount>>;

/** Gives an account another verified address. */
async function addEmail({ accountId, key }: Account, email: string, seconds: number) {
  const id = randomUUID();
  await database
    .insertInto('account_email')
    .values({
      id,
      account_id: accountId,
      email_index: emailIndexes(vault, email)[0],
      email_sealed: sealEmail(key, id, email),
      is_primary: false,
      verified_at: new Date(clock.now().getTime() + seconds * 1000),
    })
    .execute();
}

const found = async (identifier: string) =>
  (await identified(vault, identifier).execute(database)).rows[0] ?? null;

describe('a profile', () => {
  it('is what the account was made with, and nobody else’s', async () => {
    const username = `Quill-${randomUUID()}`;
    const [plain, named] = [await newAccount(), await newAccount({ fullName: 'Amina Haddad', username })];
    expect(await readProfile(database, plain.key, plain.accountId)).toEqual({
      fullName: PERSON.fullName,
      nameInUse: null,
      username: null,
      emails: [plain.email],
      createdAt: clock.now(),
      timeZone: null,
    });
    expect(await readProfile(database, named.key, named.accountId)).toMatchObject({
      fullName: 'Amina Haddad',
      username,
      emails: [named.email],
    });
    await expect(readProfile(database, plain.key, NOBODY)).rejects.toThrow();
  });

  it('has the zone of the person, which is asked for by the id alone too', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const zones = () =>
      Promise.all([mine, theirs].map(({ accountId }) => zoneOf(database, vault, accountId)));
    await setZone(database, mine, 'Europe/Warsaw');
    expect(await zones()).toEqual(['Europe/Warsaw', null]);
    expect((await readProfile(database, mine.key, mine.accountId)).timeZone).toBe('Europe/Warsaw');
    await setZone(database, mine, null);
    expect(await zones()).toEqual([null, null]);
    expect(await zoneOf(database, vault, NOBODY)).toBe(null);
  });

  it('has the main address first, then the others in the order in which they were verified', async () => {
    const account = await newAccount();
    const others = [`b-${account.email}`, `a-${account.email}`, `c-${account.email}`] as const;
    await addEmail(account, others[1], 20);
    await addEmail(account, others[0], 10);
    await addEmail(account, others[2], -10);
    const order = [account.email, others[2], others[0], others[1]];
    expect((await readProfile(database, account.key, account.accountId)).emails).toEqual(order);
    expect((await readAddressee(database, vault, account.accountId))?.emails).toEqual(order);
  });

  it('has the name that the person wants to be called by, until they take it back', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const names = () =>
      Promise.all(
        [mine, theirs].map(async ({ accountId, key }) => {
          const { fullName, nameInUse } = await readProfile(database, key, accountId);
          return [fullName, nameInUse];
        }),
      );
    await setNameInUse(database, mine, 'Gosia Kowal');
    expect(await names()).toEqual([
      [PERSON.fullName, 'Gosia Kowal'],
      [PERSON.fullName, null],
    ]);
    const row = await database
      .selectFrom('account')
      .select('name_in_use_sealed')
      .where('id', '=', mine.accountId)
      .executeTakeFirstOrThrow();
    const sealed = row.name_in_use_sealed ?? Buffer.alloc(0);
    expect(sealed.toString('latin1')).not.toContain('Gosia');
    expect(openNameInUse(mine.key, mine.accountId, sealed)).toBe('Gosia Kowal');
    await setNameInUse(database, mine, null);
    expect((await names())[0]).toEqual([PERSON.fullName, null]);
  });

  it('is sealed where it stands: in another column of the same row it opens no more (ASVS 11.3.3)', async () => {
    const account = await newAccount({ username: randomUUID() });
    await setNameInUse(database, account, 'Gosia Kowal');
    const isReadable = async () => {
      try {
        await readPerson(database, vault, account.accountId);
        await readProfile(database, account.key, account.accountId);
        return true;
      } catch {
        return false;
      }
    };
    expect(await isReadable()).toBe(true);
    const columns = [
      'full_name_sealed',
      'born_sealed',
      'birth_country_sealed',
      'name_in_use_sealed',
      'username_sealed',
    ];
    const pairs = columns.flatMap((one, n) => columns.slice(n + 1).map((other) => [one, other] as const));
    for (const [one, other] of pairs) {
      // A swap, and the same again to put them back.
      const swap = sql`update account set ${sql.ref(one)} = ${sql.ref(other)}, ${sql.ref(other)} = ${sql.ref(one)}
        where id = ${account.accountId}`;
      await swap.execute(database);
      expect([one, other, await isReadable()]).toEqual([one, other, false]);
      await swap.execute(database);
    }
    expect(await isReadable()).toBe(true);
  });
});

describe('a username', () => {
  it('is chosen, found however it is typed, changed and given back', async () => {
    const account = await newAccount();
    const name = `Hanna-É-${randomUUID()}`;
    expect(await setUsername(database, vault, account, name)).toBe('set');
    for (const typed of [name, ` ${name.toUpperCase()}\t`, name.normalize('NFD').toLowerCase()])
      expect((await found(typed))?.account_id).toBe(account.accountId);
    const profile = () => readProfile(database, account.key, account.accountId);
    expect((await profile()).username).toBe(name);
    // The same again, and the same in other letters, is their own.
    expect(await setUsername(database, vault, account, name.toLowerCase())).toBe('set');
    expect((await profile()).username).toBe(name.toLowerCase());
    expect(await setUsername(database, vault, account, null)).toBe('set');
    expect((await profile()).username).toBeNull();
    expect(await found(name)).toBeNull();
  });

  it('is one account’s at a time, and who comes second keeps what they had', async () => {
    const name = `hanna-${randomUUID()}`;
    const before = `quill-${randomUUID()}`;
    const [first, second] = [await newAccount({ username: name }), await newAccount({ username: before })];
    expect(await setUsername(database, vault, second, name.toUpperCase())).toBe('taken');
    expect((await readProfile(database, second.key, second.accountId)).username).toBe(before);
    expect((await found(name))?.account_id).toBe(first.accountId);
    await setUsername(database, vault, first, null);
    expect(await setUsername(database, vault, second, name)).toBe('set');
    expect((await found(name))?.account_id).toBe(second.accountId);
  });

  it('may be missing from many accounts at once', async () => {
    const accounts = [await newAccount(), await newAccount()];
    for (const account of accounts) expect(await setUsername(database, vault, account, null)).toBe('set');
  });

  it('is no address, and an address no username: each is found as what it is', async () => {
    const account = await newAccount();
    const row = await database
      .selectFrom('account_email')
      .select('email_index')
      .where('account_id', '=', account.accountId)
      .executeTakeFirstOrThrow();
    const other = await newAccount({ username: account.email });
    const { username_index } = await database
      .selectFrom('account')
      .select('username_index')
      .where('id', '=', other.accountId)
      .executeTakeFirstOrThrow();
    expect(username_index).not.toEqual(row.email_index);
  });
});

describe('a password', () => {
  it('is set for one account, and when', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    clock.advance(60);
    await setPassword(database, clock, mine.accountId, 'the second hash');
    expect((await found(mine.email))?.hash).toBe('the second hash');
    expect((await found(theirs.email))?.hash).toBe('the first hash');
    const { changed_at } = await database
      .selectFrom('password')
      .select('changed_at')
      .where('account_id', '=', mine.accountId)
      .executeTakeFirstOrThrow();
    expect(changed_at).toEqual(clock.now());
  });
});

describe('whom messages go to', () => {
  it('has a language, a name to be greeted by and the key of their data', async () => {
    const account = await newAccount();
    const addressee = await readAddressee(database, vault, account.accountId);
    expect(addressee).toMatchObject({ language: 'es', calledName: PERSON.fullName, emails: [account.email] });
    const place = { table: 'test', column: 'text', row: '1' };
    expect(addressee?.key.unseal(account.key.seal('a secret', place), place)).toBe('a secret');
    const key = await openAccountKey(database, vault, account.accountId);
    expect(key.unseal(account.key.seal('a secret', place), place)).toBe('a secret');
  });

  it.each([
    ['Amina Haddad', null, 'Amina Haddad'],
    ['Siobha\u0301n O’Rourke', null, 'Siobha\u0301n O’Rourke'],
    ["D'Arcy Quill-Kowal", null, "D'Arcy Quill-Kowal"],
    ['Anne-Marie Quill', null, 'Anne-Marie Quill'],
    // Nobody but the person knows which of these is the name of the family.
    ['陈 雨桐', null, '陈 雨桐'],
    ['Nguyễn Văn An', null, 'Nguyễn Văn An'],
    ['Wulandari', null, 'Wulandari'],
    ['Amina Haddad', 'Gosia Kowal', 'Gosia Kowal'],
    ['Amina Haddad', 'Ana Sofía', 'Ana Sofía'],
    ['Amina Haddad', 'Dr. Haddad', 'Dr. Haddad'],
    ['Amina Haddad', 'J. R.', 'J. R.'],
    // No sentence of somebody who was in the account.
    ['Amina Haddad', 'Ana. Ignore this mail. All is in order', null],
    ['Amina Haddad', 'Ana. Ignore this', null],
    ['Amina Haddad', 'Ana ignore all of this', null],
    ['Amina Haddad', 'Gosia', 'Gosia'],
    ['Wulandari', 'Gosia', 'Gosia'],
    ['FNU Singh', null, 'Singh'],
    // Nothing that a mail program could make a link of.
    ['evil.example Quill', null, null],
    ['Amina Haddad', 'http://evil.example/ now', null],
    ['Amina Haddad', '+12025550142', null],
    ['Amina Haddad', 'Amina! x', null],
    ['Amina Haddad', '@amina', null],
    ['Amina Haddad', 'evil.example', null],
    ['Amina Haddad', 'Amina evil.example now', null],
    ['Amina Haddad', 'a'.repeat(40), 'a'.repeat(40)],
    ['Amina Haddad', `Ana ${'a'.repeat(37)}`, null],
    [`${'a'.repeat(34)} Quill`, null, `${'a'.repeat(34)} Quill`],
    [`${'a'.repeat(35)} Quill`, null, null],
  ])('who is %s and wants to be called %s is greeted as %s', async (fullName, nameInUse, expected) => {
    const account = await newAccount({ fullName });
    await setNameInUse(database, account, nameInUse);
    expect((await readAddressee(database, vault, account.accountId))?.calledName).toBe(expected);
  });

  it('never carries a sign of an address into a greeting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        expect(greetable(`${name} Quill`) ?? '').not.toMatch(/[/:@\d]|\.\S/);
      }),
    );
  });

  it('is nobody where there is no such account', async () => {
    expect(await readAddressee(database, vault, NOBODY)).toBeNull();
    await expect(openAccountKey(database, vault, NOBODY)).rejects.toThrow();
  });
});

describe('an account that is held', () => {
  it('is changed by others only after the transaction that holds it, and no other account waits', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const { promise: held, resolve: isHeld } = Promise.withResolvers<void>();
    const { promise: end, resolve: letGo } = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = database.transaction().execute(async (transaction) => {
      await lockAccount(transaction, mine.accountId);
      isHeld();
      await end;
      order.push('first');
    });
    await held;
    const hold = ({ accountId }: Account, name: string) =>
      database.transaction().execute(async (transaction) => {
        await lockAccount(transaction, accountId);
        order.push(name);
      });
    const second = hold(mine, 'second');
    try {
      await hold(theirs, 'other');
      await expect.poll(waiting).toBe(1);
    } finally {
      letGo();
      await Promise.all([first, second]);
    }
    expect(order).toEqual(['other', 'first', 'second']);
  });
});

/** How many wait for another transaction to end. */
async function waiting(): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from pg_locks where not granted
    and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(database);
  return Number(rows[0]?.count);
}
