import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase, waitingForLocks } from '../../../testing/database.ts';
import { PERSON } from '../../../testing/identity.ts';
import {
  createAccount,
  emailIndexes,
  identified,
  isEmailTaken,
  type NewAccount,
  normalEmail,
  readPerson,
} from './index.ts';

const { database, vault, clock } = await freshDatabase();
const newEmail = () => `${randomUUID()}@example.org`;
const wanted = (changes: Partial<NewAccount> = {}): NewAccount => ({
  person: PERSON,
  email: newEmail(),
  language: 'en',
  passwordHash: 'a hash',
  ...changes,
});
const create = (account: NewAccount, within = database) => createAccount(within, { vault, clock }, account);

const accountOf = async (identifier: string) =>
  (await identified(vault, identifier).execute(database)).rows[0]?.account_id ?? null;

describe('accounts', () => {
  it('are found by address and by username, in any case and spacing, and by nothing else', async () => {
    const account = await create(wanted({ email: 'José.Quill@Example.org', username: 'QuillÉ' }));
    for (const identifier of [
      'jose\u0301.quill@example.org',
      ' JOSÉ.QUILL@EXAMPLE.ORG ',
      'josé.quill@example.org.',
      '<josé.quill@\u200bexample.org>',
      'qui\u00adllé.',
      'quillé',
      'QUILLE\u0301',
    ])
      expect(await accountOf(identifier)).toBe(account?.id);
    const numbered = await create(wanted({ username: 'rana۲۷' }));
    expect(await accountOf('RANA۲۷')).toBe(numbered?.id);
    expect(await accountOf('rana27')).toBeNull();
    for (const identifier of ['quill', 'jose.quill@example.org', '', "' or 1=1 --"])
      expect(await accountOf(identifier)).toBeNull();
  });

  it('keep what a person says of themselves, whatever the script', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), async (fullName) => {
        fc.pre(fullName.isWellFormed());
        const account = await create(wanted({ person: { ...PERSON, fullName } }));
        if (account === null) throw new Error('taken');
        expect(await readPerson(database, vault, account.id)).toEqual({ ...PERSON, fullName });
      }),
      { numRuns: 20 },
    );
  });

  it('are one an address, also for two who ask side by side, and the slower leaves nothing behind (ASVS 2.3.3, 2.3.4)', async () => {
    const email = newEmail();
    expect(await isEmailTaken(database, emailIndexes(vault, email))).toBe(false);
    const before = await count();
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { promise: made, resolve: isMade } = Promise.withResolvers<void>();
    const first = database.transaction().execute(async (transaction) => {
      const account = await create(wanted({ email }), transaction);
      isMade();
      await held;
      return account;
    });
    await made;
    const second = database.transaction().execute((transaction) => create(wanted({ email }), transaction));
    await expect
      .poll(() => waitingForLocks(database))
      .toBe(1)
      .finally(finish);
    expect((await Promise.all([first, second])).map((account) => account !== null)).toEqual([true, false]);
    expect(await count()).toBe(before + 1);
    expect(await create(wanted({ email: email.toUpperCase() }))).toBeNull();
    expect(await isEmailTaken(database, emailIndexes(vault, email))).toBe(true);
  });

  it('have an address that is the same however it is typed', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(normalEmail(`  ${email.toUpperCase()} `)).toBe(normalEmail(email));
        expect(normalEmail(normalEmail(email))).toBe(normalEmail(email));
      }),
    );
  });

  it('that do not exist have no person', async () => {
    const account = await create(wanted());
    if (account === null) throw new Error('taken');
    await database.deleteFrom('account_email').where('account_id', '=', account.id).execute();
    await database.deleteFrom('password').where('account_id', '=', account.id).execute();
    await database.deleteFrom('account').where('id', '=', account.id).execute();
    expect(await readPerson(database, vault, account.id)).toBeNull();
  });
});

async function count(): Promise<number> {
  return (await database.selectFrom('account').select('id').execute()).length;
}
