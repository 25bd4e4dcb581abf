import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openAccountKey } from '../identity/core/accounts/index.ts';
import { parsePhone } from '../identity/core/phones/index.ts';
import { enrollingOf } from '../identity/entry/sign-up/index.ts';
import { loadAgency } from '../platform/agency/index.ts';
import { reseal } from '../platform/crypto/index.ts';
import { connect } from '../platform/database/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { makeContacts } from '../records/contact/index.ts';
import { ROTATION } from '../tables.ts';
import { testApp } from '../testing/app.ts';
import { appointmentBench } from '../testing/appointments.ts';
import { softAuthenticator } from '../testing/authenticator.ts';
import { plainForm } from '../testing/forms.ts';
import { PERSON, SITE, testIdentity } from '../testing/identity.ts';
import { testRecovery } from '../testing/recovery.ts';
import { testSignIn } from '../testing/sign-in.ts';

const test = await testApp({ people: true });
const { database, vault, clock } = test;
const identity = await testIdentity(test);
const agency = loadAgency(test.config.agencyFolder);
const SEALINGS = ROTATION.sealed;
const COLUMNS = SEALINGS.flatMap(({ columns }) => columns);
const DAY = 24 * 3600;

/** Every value that is sealed, by its column. */
async function everything(): Promise<Map<string, readonly string[]>> {
  const all = new Map<string, readonly string[]>();
  for (const { table, column } of COLUMNS) {
    const value = sql.ref(column);
    const { rows } = await sql<{ value: Buffer }>`
      select ${value} as value from ${sql.table(table)} where ${value} is not null`.execute(database);
    all.set(
      `${table}.${column}`,
      rows.map((row) => row.value.toString('base64')),
    );
  }
  return all;
}

/** Somebody of whom there is everything that can be sealed, a sign-up and a way back under way. */
async function fill() {
  const { factors, apps, backupCodes, emails, passkeys, phoneSettings, sessions, signUp, sent } = identity;
  const ways = testRecovery(identity);
  await renderDocuments();
  await tellNeeds();
  const account = await ways.newAccount({ username: 'ngoc', withCodes: true });
  const way = await ways.beginWithPassword(account);
  await ways.enterCode(way, account);
  clock.advance(4 * DAY);
  const enrolling = await ways.recovery.enrolling(await ways.progressOf(way), 'Firefox');
  if (enrolling === null) throw new Error('the wait is not over');
  await factors.sms.enrolment.send?.to(enrolling, '+12025550172');
  await ways.begin('password', account.email);

  const { id: accountId, key } = account;
  const owner = { ...(await identity.askingFor(accountId)), key, language: 'en' };
  await identity.accountSettings.setName(owner, 'Ngọc');
  await identity.accountSettings.setZone(owner, 'Europe/Warsaw');
  const home = { country: 'PL', line1: 'ul. Prosta 1' };
  const contacts = makeContacts({ database, clock, catalogue: loadCaseCatalogue(agency) });
  await database
    .transaction()
    .execute((transaction) => contacts.change(transaction, owner, { home, mailing: null }));
  await phoneSettings.add(owner, number('+12025550171'));
  await apps.offer(owner);
  await apps.rename(owner, (await apps.list(owner))[0]?.id ?? '', 'Old phone');
  await backupCodes.make(owner);
  await identity.dataExport.ask(owner);
  const { id: copy } = await database.selectFrom('data_export').select('id').executeTakeFirstOrThrow();
  await identity.dataExport.prepare(copy);
  await emails.add(owner, 'second@example.org');
  const pending = await emails.pending(owner);
  const code = sent.findLast(({ is }) => is === 'code');
  if (pending === null || code?.is !== 'code') throw new Error('no address waits');
  await emails.enterCode(owner, pending, code.code);
  const second = (await emails.list(owner))[1]?.id ?? '';
  // As if it had been of the account for long, so that it is kept for some days.
  const long = { verified_at: new Date(0) };
  await database.updateTable('account_email').set(long).where('id', '=', second).execute();
  await emails.remove(owner, second);
  await emails.add(owner, 'third@example.org');
  await sessions.keep(
    owner,
    { path: '/cases/add', action: null, browser: null },
    plainForm({ receipt: 'ARC1234567890' }),
  );
  const purpose = { for: 'enrolment', of: accountId } as const;
  const options = await passkeys.offer(owner, {
    purpose,
    agency: 'Arcadia',
    login: 'ngoc',
    fullName: 'Ngọc',
  });
  if (options === null) throw new Error('enough');
  const { answer } = softAuthenticator({ origin: SITE }).create(options);
  await passkeys.add(owner, { purpose, answer, name: 'Laptop' });

  const newcomer = await signUp.begin('newcomer@example.org', { language: 'en', network: '192.0.2.1' });
  const progress = async () => {
    const found = await signUp.find(newcomer);
    if (found === null) throw new Error('the sign-up is gone');
    return found;
  };
  const proof = sent.findLast(({ to, is }) => is === 'code' && to === 'newcomer@example.org');
  await signUp.enterCode(await progress(), proof?.is === 'code' ? proof.code : '');
  await signUp.choosePassword(await progress(), account.password);
  await signUp.describe(await progress(), PERSON);
  await signUp.confirm(await progress());
  const signingUp = enrollingOf(await progress(), 'Firefox');
  if (signingUp === null) throw new Error('not at the second step');
  await factors.sms.enrolment.send?.to(signingUp, '+12025550173');

  // A line that a visitor of the demonstration sent as the agency.
  const play = '/demo/agency/ARC2690001986/status';
  const event = 'play-018f0000-0000-7000-8000-000000000000';
  await test.visit().post(play, { status: 'under-review', event }, play);

  // A message that waits to be sent.
  await test.visit().post('/sign-up', { email: 'waiting@example.org' }, '/sign-up');
  return { account, owner, progress, way, ways };
}

/** Has somebody of the demonstration say what they need at an appointment. */
async function tellNeeds(): Promise<void> {
  const { rows } = await sql<{ id: string; version: number; accountId: string }>`
    select appointment.id, version, link.account_id as "accountId" from appointment join case_link link using (receipt)
    where state = 'fixed' and starts_at > ${clock.now()}::timestamptz`.execute(database);
  const { appointments } = appointmentBench(test, loadAgency(test.config.agencyFolder));
  for (const { id, version, accountId } of rows)
    await appointments.confirm(accountId, id, {
      version,
      needs: { interpreter: 'es', access: ['wheelchair'] },
    });
}

/** Lets the worker make the demonstration's documents into files, and nothing after that. */
async function renderDocuments() {
  const worker = await test.app.startWorker();
  await expect
    .poll(() => database.selectFrom('document').select('id').where('rendering', '=', 'waiting').execute(), {
      timeout: 60_000,
    })
    .toEqual([]);
  await worker.stop();
}

function number(typed: string) {
  const read = parsePhone(typed);
  if (read.is !== 'number') throw new Error(read.is);
  return read.number;
}

describe('sealing everything anew (ASVS 11.2.2)', () => {
  it('knows every column that is sealed, and every table with data keys', async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and column_name ~ '_sealed$'`.execute(database);
    const known = new Set(COLUMNS.map(({ table, column }) => `${table}.${column}`));
    expect([...known].sort()).toEqual(rows.map(({ name }) => name).sort());
    const keyed = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'data_key'`.execute(database);
    expect(SEALINGS.map(({ table }) => table).sort()).toEqual(keyed.rows.map(({ name }) => name).sort());
  });

  it('leaves nothing as it was, everything readable, and nothing readable with the keys from before', async () => {
    const { account, owner, progress, way, ways } = await fill();
    const before = await everything();
    for (const [column, values] of before) expect(values, column).not.toEqual([]);
    const total = [...before.values()].flat().length;

    const first = await reseal(database, vault, SEALINGS);
    expect(first.values).toBe(total);
    const after = await everything();
    for (const [column, values] of after) {
      expect(values).toHaveLength(before.get(column)?.length ?? 0);
      for (const value of values) expect(before.get(column), column).not.toContain(value);
    }
    const { full_name_sealed: sealed } = await database
      .selectFrom('account')
      .select('full_name_sealed')
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow();
    const place = { table: 'account', column: 'full_name_sealed', row: account.id };
    expect(() => owner.key.unseal(sealed, place)).toThrow();
    const key = await openAccountKey(database, vault, account.id);
    expect(key.unseal(sealed, place)).toBe(PERSON.fullName);

    // Whatever it could not read it would not pass over.
    expect(await reseal(database, vault, SEALINGS)).toEqual(first);

    // And people go on where they were.
    const { pass, app, codeOf } = testSignIn(identity);
    expect((await app(await pass(account), codeOf(account))).is).toBe('right');
    expect(await progress()).toMatchObject({ email: 'newcomer@example.org', person: PERSON });
    expect(await ways.recovery.enrolling(await ways.progressOf(way), 'Firefox')).toMatchObject({
      login: 'ngoc',
    });
    expect((await test.mailTo('waiting@example.org')).at(-1)?.text).toMatch(/\b\d{6}\b/);
  });

  it('changes nothing while another program is connected', async () => {
    const other = connect(test.url, 1, 'another server');
    try {
      await sql`select 1`.execute(other.database);
      const before = await everything();
      await expect(reseal(database, vault, SEALINGS)).rejects.toThrow('1 other connections');
      expect(await everything()).toEqual(before);
    } finally {
      await other.close();
    }
  });

  it('changes nothing where something cannot be read', async () => {
    const before = await everything();
    await sql`update account set name_in_use_sealed = full_name_sealed where name_in_use_sealed is not null`.execute(
      database,
    );
    const broken = await everything();
    expect(broken).not.toEqual(before);
    await expect(reseal(database, vault, SEALINGS)).rejects.toThrow();
    expect(await everything()).toEqual(broken);
  });
});
