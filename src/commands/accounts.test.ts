import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyRingFile, newKeyRing, openVault } from '../platform/crypto/index.ts';
import { linkCase } from '../records/cases/index.ts';
import { bareCase } from '../testing/bare-case.ts';
import { freshDatabase } from '../testing/database.ts';
import { testIdentity } from '../testing/identity.ts';
import { startProgram } from '../testing/process.ts';

const test = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'portico-accounts-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'key-ring.json');
const RECEIPT = 'ARC2190000042';
let account: { readonly id: string; readonly email: string };

beforeAll(async () => {
  const store = keyRingFile(path);
  store.save(newKeyRing());
  const identity = await testIdentity({ ...test, vault: openVault(store.load()) });
  account = await identity.newAccount();
  await bareCase(test.database, test.clock, RECEIPT);
  await linkCase(test.database, {
    accountId: account.id,
    receipt: RECEIPT,
    how: 'claimed',
    at: test.clock.now(),
  });
});

async function accounts(...args: string[]) {
  const program = startProgram('commands/accounts.js', args, {
    PORTICO_AGENCY: 'agencies/arcadia',
    PORTICO_DATA: folder,
    PORTICO_KEY_RING: path,
    DATABASE_URL: test.url,
    PORTICO_PUBLIC_URL: 'https://portal.arcadia.example',
    SMTP_URL: 'smtp://localhost:1',
    PORTICO_MAIL_FROM: 'portal@arcadia.example',
  });
  const code = await program.ended;
  return { code, out: program.out(), err: program.err() };
}

describe('npm run accounts', () => {
  it('says how it is used, and asks for no database when it is used otherwise', async () => {
    const program = startProgram('commands/accounts.js', ['show', 'a', 'b'], {});
    expect(await program.ended).toBe(2);
    expect(program.err()).toContain('accounts -- restore ID');
    expect(program.out()).toBe('');
  }, 60_000);

  it('finds and shows an account, and says where there is none', async () => {
    for (const what of [` ${account.email.toUpperCase()} `, 'arc-2190-000042']) {
      const found = await accounts('find', what);
      expect(found).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(found.out)).toMatchObject({ id: account.id, initials: 'ZNQ', yearBorn: '1988' });
      expect(found.out).not.toContain(account.email);
    }
    const shown = await accounts('show', account.id);
    expect(JSON.parse(shown.out)).toMatchObject({
      id: account.id,
      addresses: [{ email: account.email }],
      cases: [{ receipt: RECEIPT }],
    });
    expect(await accounts('find', 'nobody')).toMatchObject({ code: 1, out: '' });
    for (const action of ['show', 'restore'])
      expect(await accounts(action, 'x')).toEqual({
        code: 1,
        out: '',
        err: 'There is no account of that id.\n',
      });
  }, 180_000);

  it('lets two operators begin a way back, and says the code to the second alone', async () => {
    const asked = await accounts('restore', account.id, '--as', 'Maya');
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('Another operator') });
    expect(await accounts('restore', account.id, '--as', ' MAYA ')).toMatchObject({
      code: 1,
      err: expect.stringContaining('You asked for it yourself'),
    });
    expect(await accounts('restore', account.id, '--as', 'omar')).toMatchObject({
      code: 1,
      err: expect.stringContaining('from a login of their own'),
    });
    // As if it had been asked for from another login: this test has one.
    await test.database.updateTable('restoration').set({ asked_login: 'another' }).execute();
    const begun = await accounts('restore', account.id, '--as', 'omar');
    expect(begun.out).toMatch(/^ {2}([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/m);
    expect(begun.out).toContain('https://portal.arcadia.example/recover/go-on');
    const messages = await test.database.selectFrom('outbox').select('id').execute();
    expect(messages).toHaveLength(1);
  }, 180_000);

  it('corrects a person, and releases a case so that it is nobody’s', async () => {
    expect(await accounts('correct', account.id, '--born', '1988-02-30')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--born cannot be so'),
    });
    expect(await accounts('correct', account.id, '--born', '1988-02-28')).toMatchObject({ code: 0 });
    expect(await accounts('release-case', 'arc 2190 000 042')).toMatchObject({ code: 0 });
    expect(await test.database.selectFrom('case_link').selectAll().execute()).toEqual([]);
    expect(await accounts('release-case', RECEIPT)).toMatchObject({ code: 1, out: '' });
    const kinds = await test.database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', account.id)
      .orderBy('seq', 'desc')
      .limit(2)
      .execute();
    expect(kinds.map(({ kind }) => kind)).toEqual(['case-released', 'person-corrected-by-agency']);
  }, 180_000);
});
