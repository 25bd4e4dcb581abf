import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createAccount, identified, setUsername } from '../identity/core/accounts/index.ts';
import { makeEmails } from '../identity/settings/emails/index.ts';
import { loadAgency } from '../platform/agency/index.ts';
import {
  countByKey,
  type KeyRing,
  newKeyRing,
  openVault,
  reindex,
  rewrapDataKeys,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from '../platform/crypto/index.ts';
import { makeCases } from '../records/cases/index.ts';
import { makeClaims } from '../records/claims/index.ts';
import { agencyFeed } from '../records/feed/index.ts';
import { ROTATION } from '../tables.ts';
import { newVisit, testApp } from '../testing/app.ts';
import { freshDatabase } from '../testing/database.ts';
import { PERSON, testIdentity } from '../testing/identity.ts';
import { testSignIn } from '../testing/sign-in.ts';

const test = await freshDatabase();
const { database, clock } = test;
const agency = loadAgency(join(import.meta.dirname, '../../agencies/arcadia'));

/** The four rings that servers hold one after the other; each runs beside its neighbours. */
function rotation(first: KeyRing = newKeyRing()) {
  const added = withNewKeys(first);
  const used = withAddedKeysCurrent(added);
  return { first, added, used, retired: withoutOldKeys(used) };
}

const { indexed: INDEXED, keyed: KEYED } = ROTATION;

async function renew(ring: KeyRing): Promise<number> {
  let renewed = 0;
  await rewrapDataKeys(database, openVault(ring));
  for (const column of INDEXED) {
    const result = await reindex(database, openVault(ring), column);
    expect(result.doubled).toEqual([]);
    renewed += result.renewed;
  }
  return renewed;
}

const clean = () => sql`truncate account, sign_up, case_record, throttle cascade`.execute(database);
const newEmail = () => `${randomUUID()}@example.org`;

async function found(ring: KeyRing, identifier: string): Promise<string | undefined> {
  const { rows } = await identified(openVault(ring), identifier).execute(database);
  return rows[0]?.account_id;
}

const make = (ring: KeyRing, email: string) =>
  database
    .transaction()
    .execute((transaction) =>
      createAccount(
        transaction,
        { vault: openVault(ring), clock },
        { person: PERSON, email, language: 'en', passwordHash: 'none$' },
      ),
    );

it('knows every column that needs a key of the ring', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and (
      (data_type = 'bytea' and (column_name ~ '_(index|mac|digest)$' or column_name in ('salt', 'digest')))
      or (data_type = 'text' and column_name ~ 'hash$'))`.execute(database);
  /** Counted by for minutes or a day, and then forgotten. */
  const brief = [
    'sms_code.number_index',
    'notice_text.number_index',
    'sms_code.network_index',
    'sms_code.address_index',
    'sign_up.network_index',
    'recovery.network_index',
    // Of a code that is used up: its way back gives it back within days, where its set is still there.
    'recovery.code_digest',
  ];
  /** Compared by as long as their key is there. */
  const digests = [
    'case_event',
    'conversation_message',
    'document',
    'document_withdrawal',
    'evidence_request',
    'evidence_request_state',
    'paper_copy_line',
    'appointment_history',
    'appointment_slot_line',
    'contact_acknowledgement',
    'safe_address_line',
  ].map((table) => `${table}.digest`);
  const known = [...KEYED.map(({ table, column }) => `${table}.${column}`), ...brief, ...digests];
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
  for (const { table, index } of INDEXED)
    expect(KEYED.some((keyed) => keyed.table === table && keyed.column === index)).toBe(true);
});

describe('while the index key is being replaced', () => {
  const steps = ['first', 'added', 'used', 'retired'] as const;
  const pool = ['amina', 'bo', 'chidi', 'dolores'].map((name) => `${name}@example.org`);
  const action = fc.oneof(
    fc.record({ is: fc.constant('make' as const), email: fc.constantFrom(...pool), older: fc.boolean() }),
    fc.record({
      is: fc.constant('name' as const),
      name: fc.constantFrom('amina', 'bo'),
      older: fc.boolean(),
    }),
    fc.record({ is: fc.constant('step' as const) }),
    fc.record({ is: fc.constant('renew' as const) }),
  );

  it('every address and username is found, and nobody else gets it, at any step and from either of two servers (ASVS 11.2.2)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
        await clean();
        const rings = rotation();
        let at = 0;
        const owners = new Map<string, string>();
        const newer = () => rings[steps[at] ?? 'first'];
        // After "retire" none runs beside it that wrote before "use".
        const older = () => rings[steps[Math.max(at - 1, 0)] ?? 'first'];
        for (const each of actions) {
          if (each.is === 'step') {
            if (at === 2) await renew(rings.used);
            at = Math.min(at + 1, 3);
          } else if (each.is === 'renew') {
            if (at >= 2) await renew(newer());
          } else if (each.is === 'make') {
            const made = await make(each.older ? older() : newer(), each.email);
            expect(made === null).toBe(owners.has(each.email));
            if (made !== null) owners.set(each.email, made.id);
          } else {
            const ring = each.older ? older() : newer();
            const account = await make(ring, newEmail());
            if (account === null) throw new Error('a new address is taken');
            const owner = { accountId: account.id, key: account.key };
            const set = await database
              .transaction()
              .execute((transaction) => setUsername(transaction, openVault(ring), owner, each.name));
            expect(set).toBe(owners.has(each.name) ? 'taken' : 'set');
            if (set === 'set') owners.set(each.name, account.id);
          }
          for (const ring of [newer(), older()]) {
            for (const [name, id] of owners) expect(await found(ring, name)).toBe(id);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('two servers that write with different keys give an address to one of those who ask at the same moment', async () => {
    await clean();
    const { added, used } = rotation();
    for (let round = 0; round < 15; round++) {
      const email = newEmail();
      const made = await Promise.all([added, used, added, used].map((ring) => make(ring, email)));
      expect(made.filter((each) => each !== null)).toHaveLength(1);
    }
    expect(await renew(used)).toBeGreaterThan(0);
  });

  it('two people add one address by two servers at the same moment, and one gets it', async () => {
    await clean();
    const { added, used } = rotation();
    const mails: { to: string; code: string }[] = [];
    const asking = async (ring: KeyRing, email: string) => {
      const { policy, notices, askingFor } = await testIdentity({ ...test, vault: openVault(ring) });
      const account = await make(ring, newEmail());
      if (account === null) throw new Error('a new address is taken');
      const owner = { ...(await askingFor(account.id)), key: account.key, language: 'en' };
      const emails = makeEmails({
        database,
        vault: openVault(ring),
        clock,
        policy,
        notices,
        messages: {
          code: async (_transaction, to, _language, code) => void mails.push({ to, code }),
          belongsToAnother: async () => {},
        },
      });
      await emails.add(owner, email);
      const pending = await emails.pending(owner);
      const code = mails.at(-1)?.code;
      if (pending === null || code === undefined) throw new Error('nothing waits');
      return () => emails.enterCode(owner, pending, code);
    };
    for (let round = 0; round < 8; round++) {
      const email = newEmail();
      const [one, other] = [await asking(added, email), await asking(used, email)];
      const results = await Promise.all([one(), other()]);
      expect(results.map(({ is }) => is).sort()).toEqual(['added', 'taken']);
    }
  });

  it('rows that a dying command left are made anew by the next', async () => {
    await clean();
    const { first, added, used, retired } = rotation();
    const emails = Array.from({ length: 1_100 }, newEmail);
    const server = { vault: openVault(first), clock };
    await database.transaction().execute(async (transaction) => {
      for (const email of emails)
        await createAccount(transaction, server, {
          person: PERSON,
          email,
          language: 'en',
          passwordHash: 'none$',
        });
    });
    const [column] = INDEXED;
    if (column === undefined) throw new Error('nothing is indexed');
    let batches = 0;
    const dying = {
      ...column,
      also: async () => {
        batches += 1;
        if (batches === 2) throw new Error('killed');
      },
    };
    await expect(reindex(database, openVault(used), dying)).rejects.toThrow('killed');
    for (const email of [emails[0], emails.at(-1)])
      for (const ring of [added, used]) expect(await found(ring, email ?? '')).toBeDefined();
    expect(await renew(used)).toBe(600);
    expect(await renew(used)).toBe(0);
    expect(await found(retired, emails[0] ?? '')).toBeDefined();
    const [keyed] = KEYED;
    if (keyed === undefined) throw new Error('nothing is keyed');
    expect(await countByKey(database, keyed)).toEqual(new Map([[used.current, 1_100]]));
  });

  it('names the row that a server with a ring from before "add" has written twice', async () => {
    await clean();
    const { first, used } = rotation();
    await make(used, 'amina@example.org');
    const second = await make(first, 'amina@example.org');
    expect(second).not.toBeNull();
    const [column] = INDEXED;
    if (column === undefined) throw new Error('nothing is indexed');
    const { doubled } = await reindex(database, openVault(used), column);
    const row = await database
      .selectFrom('account_email')
      .select('id')
      .where('account_id', '=', second?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(doubled).toEqual([row.id]);
  });
});

describe('pages, while the keys are being replaced', () => {
  it('a form and a code of one server are taken by the next, and by none with other keys (ASVS 11.2.2)', async () => {
    await clean();
    const rings = rotation();
    const appOf = (ring: KeyRing) => testApp({ on: Promise.resolve({ ...test, vault: openVault(ring) }) });
    const [first, added, used, retired, stranger] = [
      await appOf(rings.first),
      await appOf(rings.added),
      await appOf(rings.used),
      await appOf(rings.retired),
      await appOf(newKeyRing()),
    ];
    for (const [shows, takes, status] of [
      [first, added, 303],
      [added, first, 303],
      [added, used, 303],
      [used, added, 303],
      [used, retired, 303],
      [retired, used, 303],
      [first, retired, 403],
      [used, stranger, 403],
    ] as const) {
      let at = shows;
      const visit = newVisit((request) => at.server.inject(request));
      await visit.get('/sign-up');
      at = takes;
      const email = newEmail();
      expect((await visit.post('/sign-up', { email })).statusCode).toBe(status);
      if (status === 403) continue;
      const [mail] = await takes.mailTo(email);
      const code = /\b\d{6}\b/.exec(mail?.text ?? '')?.[0] ?? '';
      await visit.get('/sign-up/code');
      at = shows;
      await visit.post('/sign-up/code', { code });
      expect((await visit.get('/sign-up')).headers.location).toBe('/sign-up/password');
    }
  });
});

describe('while the pepper is being replaced', () => {
  const { first, added, used, retired } = rotation();
  const serverOf = (ring: KeyRing) => testIdentity({ ...test, vault: openVault(ring) });

  it('a password is right before, during and after, and is hashed anew when its owner comes (ASVS 11.2.2)', async () => {
    await clean();
    const servers = await Promise.all([first, added, used].map(serverOf));
    const [before] = servers;
    if (before === undefined) throw new Error('there is no server');
    const [comes, staysAway] = [await before.newAccount(), await before.newAccount()];
    const hashOf = async (id: string) =>
      (
        await database
          .selectFrom('password')
          .select('hash')
          .where('account_id', '=', id)
          .executeTakeFirstOrThrow()
      ).hash;
    for (const server of servers) {
      const { tryPassword } = testSignIn(server);
      expect((await tryPassword(comes.email, 'wrong')).is).toBe('wrong');
      expect((await tryPassword(comes.email, comes.password)).is).toBe('needs-factor');
    }
    expect(await hashOf(comes.id)).toMatch(new RegExp(`^${used.current}\\$argon2id\\$`));
    expect(await hashOf(staysAway.id)).toMatch(new RegExp(`^${first.current}\\$argon2id\\$`));
    const column = KEYED.find(({ table }) => table === 'password');
    if (column === undefined) throw new Error('passwords are not among what is keyed');
    expect(await countByKey(database, column)).toEqual(
      new Map([
        [used.current, 1],
        [first.current, 1],
      ]),
    );
    await renew(used);
    const last = testSignIn(await serverOf(retired));
    expect((await last.tryPassword(comes.email, comes.password)).is).toBe('needs-factor');
    expect((await last.tryPassword(staysAway.email, staysAway.password)).is).toBe('wrong');
  });

  it('lets in all who come with the right password at the moment in which it is hashed anew', async () => {
    await clean();
    const account = await (await serverOf(first)).newAccount();
    const { tryPassword } = testSignIn(await serverOf(used));
    const results = await Promise.all(
      Array.from({ length: 6 }, () => tryPassword(account.email, account.password)),
    );
    expect(results.map(({ is }) => is)).toEqual(results.map(() => 'needs-factor'));
  });

  it('hashes nothing anew for who does not know the password', async () => {
    await clean();
    const account = await (await serverOf(first)).newAccount();
    const { tryPassword } = testSignIn(await serverOf(used));
    const read = () => database.selectFrom('password').select('hash').execute();
    const stored = await read();
    for (const name of [account.email, newEmail()])
      expect((await tryPassword(name, 'wrong')).is).toBe('wrong');
    expect(await read()).toEqual(stored);
  });

  it('backup codes and answers stay right, and answers are hashed anew when they are given', async () => {
    await clean();
    const [before, during] = [await serverOf(first), await serverOf(used)];
    const account = await before.newAccount({ withCodes: true });
    const answered = [
      { question: 'pet', answer: 'Señor Bigotes' },
      { question: 'boss', answer: 'Wilhelmina' },
      { question: 'trip', answer: 'Ouagadougou' },
    ] as const;
    await before.securityQuestions.set(await before.askingFor(account.id), answered);
    const answers = answered.map(({ answer }) => answer);
    const named = async () =>
      (
        await database.selectFrom('security_question').select('answers_hash').executeTakeFirstOrThrow()
      ).answers_hash.split('$')[0];
    expect(await during.securityQuestions.areRight(account.id, ['x', 'y', 'z'])).toBe(false);
    expect(await named()).toBe(first.current);
    expect(await during.securityQuestions.areRight(account.id, answers)).toBe(true);
    expect(await named()).toBe(used.current);
    expect(await during.securityQuestions.areRight(account.id, answers)).toBe(true);
    const { pass, given } = testSignIn(during);
    const code = given(account.codes[3] ?? '');
    const result = await during.signIn.checkFactor(await pass(account), during.factors.backupCode, code);
    expect(result.is).toBe('right');
    const column = KEYED.find(({ table }) => table === 'backup_code_set');
    if (column === undefined) throw new Error('backup codes are not among what is keyed');
    expect(await countByKey(database, column)).toEqual(new Map([[first.current, 1]]));
  });
});

describe('cases, while the index key is being replaced', () => {
  const recorded = { family: 'Quill', given: 'Zdzislawa Ngoc', born: '1988-02-29', birthCountry: 'PL' };
  const accessCode = 'K7Q2-M9XD-4T01';
  const event = (given: object) => ({
    id: randomUUID(),
    form: 'WORK-4',
    at: '2026-03-31T09:30:00Z',
    status: 'case-received',
    person: recorded,
    ...given,
  });
  async function take(ring: KeyRing, ...events: object[]) {
    const source = (async function* () {
      yield Buffer.from(events.map((each) => JSON.stringify(each)).join('\n'));
    })();
    return agencyFeed({ agency, database, vault: openVault(ring) }, clock).take(source);
  }
  const claim = (ring: KeyRing, accountId: string, receipt: string) =>
    makeClaims({ database, vault: openVault(ring), clock }).claimCase({
      accountId,
      person: PERSON,
      receipt,
      accessCode,
    });

  it('a case is claimed by the code of its letter at any step, and brings its others along (ASVS 11.2.2)', async () => {
    const pairs = (rings: ReturnType<typeof rotation>) =>
      [
        [rings.first, rings.first],
        [rings.first, rings.added],
        [rings.first, rings.used],
        [rings.added, rings.used],
        [rings.used, rings.added],
        [rings.used, rings.retired],
      ] as const;
    for (const at of [0, 1, 2, 3, 4, 5]) {
      for (const renewing of [false, true]) {
        await clean();
        const rings = rotation();
        const [then, now] = pairs(rings)[at] ?? [rings.first, rings.first];
        const account = await make(then, newEmail());
        if (account === null) throw new Error('a new address is taken');
        const numbered = { ...recorded, agencyNumber: 'A012-345-678' };
        await take(then, event({ receipt: 'ARC2190000042', accessCode, person: numbered }));
        if (renewing && now === rings.used) await renew(now);
        await take(now, event({ receipt: 'ARC2190000043', person: numbered }));
        expect(await claim(now, account.id, 'ARC2190000042')).toMatchObject({ is: 'linked', others: 1 });
        await take(then, event({ receipt: 'ARC2190000044', person: numbered }));
        if (renewing && now === rings.used) await renew(now);
        await take(now, event({ receipt: 'ARC2190000045', person: numbered }));
        const own = await makeCases({ database, vault: openVault(now) }).casesOf(account.id);
        expect(own).toHaveLength(4);
      }
    }
  });

  it('an event that comes again is known again, also when the key of its digest is gone', async () => {
    await clean();
    const { first, added, used, retired } = rotation();
    const one = event({ receipt: 'ARC2190000042' });
    expect(await take(first, one)).toMatchObject({ added: 1 });
    for (const ring of [first, added, used]) {
      expect(await take(ring, one)).toMatchObject({ known: 1, bad: 0 });
      expect(await take(ring, { ...one, status: 'under-review' })).toMatchObject({ known: 0, bad: 1 });
    }
    await renew(used);
    expect(await take(retired, one)).toMatchObject({ known: 1, bad: 0 });
  });

  it('an access code under an older key is counted until it is used, for the key to be kept', async () => {
    await clean();
    const { first, used } = rotation();
    await take(
      first,
      event({ receipt: 'ARC2190000042', accessCode }),
      event({ receipt: 'ARC2190000043', accessCode }),
    );
    await renew(used);
    const column = KEYED.find((keyed) => keyed.column === 'access_code_mac');
    if (column === undefined) throw new Error('access codes are not among what is keyed');
    expect(await countByKey(database, column)).toEqual(new Map([[first.current, 2]]));
    const account = await make(used, newEmail());
    expect(await claim(used, account?.id ?? '', 'ARC2190000042')).toMatchObject({ is: 'linked' });
    await take(used, event({ receipt: 'ARC2190000043', accessCode, at: '2026-04-01T09:30:00Z' }));
    expect(await countByKey(database, column)).toEqual(new Map([[used.current, 1]]));
  });
});
