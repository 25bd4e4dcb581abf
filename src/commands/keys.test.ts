import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readPerson } from '../identity/core/accounts/index.ts';
import { keyRingFile, olderNames, openVault } from '../platform/crypto/index.ts';
import { connect } from '../platform/database/index.ts';
import { freshDatabase } from '../testing/database.ts';
import { PERSON, testIdentity } from '../testing/identity.ts';
import { startProgram } from '../testing/process.ts';
import { testSignIn } from '../testing/sign-in.ts';

const test = await freshDatabase();
const folder = mkdtempSync(join(tmpdir(), 'portico-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'key-ring.json');
const store = keyRingFile(path);

async function keys(...args: string[]): Promise<{ code: number | null; said: string }> {
  const program = startProgram('commands/keys.js', args, {
    PORTICO_AGENCY: 'agencies/arcadia',
    PORTICO_DATA: folder,
    PORTICO_KEY_RING: path,
    DATABASE_URL: test.url,
    PORTICO_PUBLIC_URL: 'https://portal.arcadia.example',
    SMTP_URL: 'smtp://localhost:1',
    PORTICO_MAIL_FROM: 'portal@arcadia.example',
  });
  const code = await program.ended;
  return { code, said: `${program.out()}${program.err()}` };
}
const serverNow = () => testIdentity({ ...test, vault: openVault(store.load()) });

it('replaces every key of a ring, each step also when it is taken twice, and keeps what is still needed (ASVS 11.2.2)', async () => {
  expect(await keys()).toMatchObject({ code: 2, said: expect.stringContaining('retire --all') });
  expect((await keys('create')).code).toBe(0);
  expect(await keys('create')).toMatchObject({ code: 2, said: expect.stringContaining('already') });
  const first = store.load();
  const [comes, staysAway] = [
    await (await serverNow()).newAccount({ username: 'amina' }),
    await (await serverNow()).newAccount(),
  ];

  expect((await keys('add')).said).toContain('Added keys, named k-');
  const added = store.load();
  expect((await keys('add')).said).toContain(`There are added keys already, named ${added.added}`);
  expect(store.load()).toEqual(added);
  expect((await keys('use')).said).toContain(`The keys ${added.added} write now`);
  const used = store.load();
  expect((await keys('use')).said).toContain('No keys were added');
  expect(store.load()).toEqual(used);

  expect((await keys('status')).said).toContain(`${first.current}: older, only read\n  2 email addresses`);
  expect(await keys('rewrap')).toMatchObject({
    code: 0,
    said: 'Wrapped 2 data keys anew.\nMade 3 indexes anew.\n',
  });
  expect((await keys('rewrap')).said).toBe('Wrapped 0 data keys anew.\nMade 0 indexes anew.\n');

  const { tryPassword } = testSignIn(await serverNow());
  expect((await tryPassword(comes.email, comes.password)).is).toBe('needs-factor');
  const retired = await keys('retire');
  expect(retired.said).toContain(`Kept for 1 passwords: the ${first.current} that they were made with.`);
  const kept = store.load();
  expect(olderNames(kept)).toEqual([first.current]);
  expect(Object.keys(kept.keys.pepper)).toHaveLength(2);
  for (const kind of ['wrap', 'index', 'forms'] as const)
    expect(Object.keys(kept.keys[kind])).toEqual([used.current]);
  expect((await keys('retire')).said).toContain('All that could be removed is removed.');
  const later = testSignIn(await serverNow());
  expect((await later.tryPassword('amina', comes.password)).is).toBe('needs-factor');
  expect((await later.tryPassword(staysAway.email, staysAway.password)).is).toBe('needs-factor');

  // They came in the meantime, so that nothing needs the older pepper any more.
  expect((await keys('retire')).said).toContain('Removed the older keys.');
  expect(olderNames(store.load())).toEqual([]);
  expect((await keys('retire')).said).toContain('There are no older keys.');
  const copies = readdirSync(folder).filter((name) => name.includes('.before-retire-'));
  expect(copies).toHaveLength(2);
  expect(keyRingFile(join(folder, copies.sort()[0] ?? '')).load()).toEqual(used);
  // It runs a program fifteen times.
}, 600_000);

it('gives up on demand what only an older key can tell, and says what', async () => {
  const account = await (await serverNow()).newAccount();
  await keys('add');
  await keys('use');
  const before = store.load();
  expect((await keys('retire', '--all')).said).toContain('passwords, made with');
  expect(olderNames(store.load())).toEqual([]);
  expect(olderNames(before)).toHaveLength(1);
  const { tryPassword } = testSignIn(await serverNow());
  expect((await tryPassword(account.email, account.password)).is).toBe('wrong');
  expect(await keys('retire', '--everything')).toMatchObject({ code: 2 });
});

it('seals everything anew once nobody else is connected, and says how much (ASVS 11.2.2)', async () => {
  const { id } = await (await serverNow()).newAccount();
  const refused = await keys('reseal');
  expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('other connections') });
  await test.connection.close();
  expect(await keys('reseal')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^Sealed \d+ values anew under 4 fresh data keys\.$/m),
  });
  const { database, close } = connect(test.url);
  try {
    expect(await readPerson(database, openVault(store.load()), id)).toEqual(PERSON);
  } finally {
    await close();
  }
});

it('says which ring it cannot read, and changes nothing', async () => {
  writeFileSync(path, '{}');
  expect(await keys('add')).toMatchObject({ code: 2, said: expect.stringContaining(`${path} is damaged`) });
});
