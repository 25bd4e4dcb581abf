import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { loadAgency } from '../platform/agency/index.ts';
import { after } from '../platform/clock/index.ts';
import type { Database } from '../platform/database/index.ts';
import { bareAccount } from '../testing/bare-account.ts';
import { testBlobs } from '../testing/blobs.ts';
import { freshDatabase } from '../testing/database.ts';
import { loadAppointmentRules, makeAppointments, NO_NEEDS } from './appointments/index.ts';
import { linkCase, loadCaseCatalogue, makeCases, mayRead } from './cases/index.ts';
import { type Change, changes } from './changes/index.ts';
import { releaseCase } from './claims/index.ts';
import { makeContacts } from './contact/index.ts';
import { loadTopics, makeConversations } from './conversations/index.ts';
import { makeDocuments } from './documents/index.ts';
import { makeEvidenceRequests } from './evidence/index.ts';
import { agencyFeed } from './feed/index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();

const { key } = vault.newDataKey();
const contactsIn = (snapshot: Database) =>
  makeContacts({ database: snapshot, clock, catalogue: loadCaseCatalogue(agency) });

const blobs = await testBlobs();
const rules = loadAppointmentRules(agency, loadCaseCatalogue(agency));
const atBench = { database, vault, clock, rules, timeZone: agency.timeZone };
const appointments = makeAppointments(atBench);
const talking = { database, vault, clock, blobs, topics: loadTopics(agency), timeZone: agency.timeZone };
const documents = makeDocuments({ database, vault, clock, blobs });

/** Whether an account can open what a change names, and see there what changed, by what the pages open it with. */
async function opens(snapshot: Database, accountId: string, change: Change): Promise<boolean> {
  const document = () =>
    makeDocuments({ database: snapshot, vault, clock, blobs }).documentOf(accountId, change.ref);
  const request = async () =>
    (await makeEvidenceRequests({ database: snapshot, vault }).requestsOf(accountId)).find(
      ({ id }) => id === change.ref,
    );
  const talks = () => makeConversations({ ...talking, database: snapshot }).detailsOf(accountId);
  const written = async () => (await talks()).flatMap(({ messages }) => messages);
  const went = async (state: string) =>
    (await request())?.history.some((word) => word.state === state) ?? false;
  const wasDone = async (did: string) => {
    const found = await makeAppointments({ ...atBench, database: snapshot }).appointmentOf(
      accountId,
      change.ref,
    );
    return (
      found?.history.some((step) => step.did === did && step.at.getTime() === change.at.getTime()) ?? false
    );
  };
  switch (change.kind) {
    case 'case-moved': {
      const file = await makeCases({ database: snapshot, vault }).caseFor(accountId, change.receipt);
      return file?.events.some(({ id }) => id === change.ref) ?? false;
    }
    case 'document-issued':
      return (await document()) !== null;
    case 'document-replaced':
      return ((await document())?.replacedBy ?? null) !== null;
    case 'document-withdrawn':
      return ((await document())?.withdrawnAt ?? null) !== null;
    case 'evidence-requested':
      return (await request()) !== undefined;
    case 'evidence-reopened':
      return went('open');
    case 'evidence-answered':
      return went('answered');
    case 'evidence-expired':
      return went('expired');
    case 'evidence-withdrawn':
      return went('withdrawn');
    case 'appointment-offered':
      return wasDone('offered');
    case 'appointment-fixed':
      return wasDone('fixed');
    case 'appointment-chosen':
      return wasDone('chosen');
    case 'appointment-confirmed':
      return wasDone('confirmed');
    case 'appointment-moved':
      return wasDone('moved');
    case 'appointment-cancelled':
      return wasDone('cancelled');
    case 'appointment-done':
      return wasDone('done');
    case 'appointment-missed':
      return wasDone('missed');
    case 'message-sent':
    case 'message-acknowledged':
      return (await written()).some(({ id }) => id === change.ref);
    case 'message-received':
    case 'conversation-closed':
      return (await talks()).some(({ id }) => id === change.ref);
    // Of the account: what it names is what the account cannot open any more.
    case 'case-released':
      return false;
    case 'contact-changed': {
      const { versions } = await contactsIn(snapshot).contactOf({ accountId, key });
      const found = await makeCases({ database: snapshot, vault }).caseFor(accountId, change.receipt);
      return found !== null && versions.some(({ id }) => id === change.ref);
    }
    case 'contact-acknowledged': {
      const { cases } = await contactsIn(snapshot).contactOf({ accountId, key });
      const found = cases.find(({ receipt }) => receipt === change.receipt);
      return found?.received.some(({ contact }) => contact === change.ref) ?? false;
    }
    case 'paper-copy-sent':
    case 'paper-copy-refused': {
      const found = await document();
      return [found?.paperCopy, ...(found?.earlierCopies ?? [])].some(
        (copy) =>
          `paper-copy-${copy?.state}` === change.kind && copy?.settledAt?.getTime() === change.at.getTime(),
      );
    }
  }
}

const RECEIPTS = ['ARC0000000001', 'ARC0000000002', 'ARC0000000003'] as const;
const KINDS = [
  'status',
  'document',
  'document-withdrawn',
  'evidence-request',
  'evidence-request-state',
  'paper-copy',
  'appointment',
  'message',
] as const;
const STATUSES = ['case-received', 'biometrics-taken', 'under-review', 'denied'] as const;

const newAccount = () => bareAccount(database, clock);
const accounts = await Promise.all([newAccount(), newAccount()]);

const anyWrite = fc.oneof(
  fc.record({
    is: fc.constant('feed' as const),
    events: fc.array(
      fc.record({
        // Some come again, and some under a name that is another's.
        id: fc.integer({ min: 0, max: 30 }),
        kind: fc.constantFrom(...KINDS),
        receipt: fc.constantFrom(...RECEIPTS),
        status: fc.constantFrom(...STATUSES),
        state: fc.constantFrom('open', 'answered', 'expired', 'withdrawn'),
        became: fc.constantFrom('sent', 'refused'),
        fate: fc.constantFrom('offered', 'fixed', 'moved', 'cancelled', 'missed'),
        hour: fc.integer({ min: 10, max: 19 }),
        // Of what it says something more.
        other: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
  }),
  fc.record({
    is: fc.constant('link' as const),
    account: fc.constantFrom(...accounts),
    receipt: fc.constantFrom(...RECEIPTS),
  }),
  fc.record({ is: fc.constant('release' as const), receipt: fc.constantFrom(...RECEIPTS) }),
  fc.record({ is: fc.constant('move' as const), account: fc.constantFrom(...accounts), to: fc.nat(3) }),
  fc.record({
    is: fc.constant('confirm' as const),
    account: fc.constantFrom(...accounts),
    receipt: fc.constantFrom(...RECEIPTS),
  }),
  fc.record({
    is: fc.constant('come' as const),
    account: fc.constantFrom(...accounts),
    nth: fc.nat(5),
    comes: fc.boolean(),
  }),
  fc.record({
    is: fc.constant('write' as const),
    account: fc.constantFrom(...accounts),
    receipt: fc.constantFrom(...RECEIPTS, null),
    nth: fc.nat(5),
  }),
  fc.record({
    is: fc.constant('ask' as const),
    account: fc.constantFrom(...accounts),
    nth: fc.nat(5),
  }),
);
type Said = Extract<Write, { is: 'feed' }>['events'][number];
type Write = typeof anyWrite extends fc.Arbitrary<infer T> ? T : never;

/** What leads to a copy on paper, which chance alone hardly comes to. */
const ASKING: readonly Write[] = [
  { is: 'feed', events: [saying(40, 'status'), saying(41, 'document')] },
  { is: 'link', account: accounts[0], receipt: RECEIPTS[0] },
  ...Array.from({ length: 6 }, (_, nth): Write => ({ is: 'ask', account: accounts[0], nth })),
  { is: 'feed', events: [{ ...saying(42, 'paper-copy'), other: 41 }] },
  ...Array.from({ length: 6 }, (_, nth): Write => ({ is: 'ask', account: accounts[0], nth })),
  { is: 'move', account: accounts[0], to: 4 },
  { is: 'confirm', account: accounts[0], receipt: RECEIPTS[0] },
];

function saying(id: number, kind: Said['kind']): Said {
  const rest = {
    status: 'case-received',
    state: 'open',
    became: 'sent',
    fate: 'fixed',
    hour: 10,
    other: undefined,
  } as const;
  return { id, kind, receipt: RECEIPTS[0], ...rest };
}

function lineOf({ id, kind, receipt, status, state, became, fate, hour, other }: Said): object {
  const said = { id: `e${id}`, kind, receipt, at: `2026-06-01T${hour}:00:00Z` };
  const named = `e${other ?? 0}`;
  switch (kind) {
    case 'status': {
      const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
      return { ...said, form: 'NAT-1', status, person };
    }
    case 'document': {
      const template = { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad' } };
      const replaces = other === undefined ? {} : { replaces: named };
      return { ...said, type: 'receipt', issuedOn: '2026-06-01', template, ...replaces };
    }
    case 'document-withdrawn':
      return { ...said, document: named };
    case 'evidence-request':
      return { ...said, papers: [{ name: 'A photo' }], dueOn: '2026-08-01' };
    case 'evidence-request-state':
      return { ...said, request: named, state };
    case 'appointment': {
      const start = { office: 'novaria', start: `2027-01-0${1 + (id % 9)}T09:00` };
      const known = other === undefined ? { type: 'biometrics' } : { appointment: named };
      const offered = fate === 'offered' ? { offices: ['novaria'] } : {};
      const dated = fate === 'fixed' || fate === 'moved' ? start : {};
      return { ...said, state: fate, ...known, ...offered, ...dated };
    }
    case 'message': {
      const where = other === undefined ? { topic: 'other' } : { conversation: named };
      return { ...said, ...where, text: 'We have a question.', closes: hour > 17 };
    }
    case 'paper-copy':
      // After it was asked for, and no further ahead than clocks may differ.
      return { ...said, at: after(clock, hour * 10_000).toISOString(), document: named, state: became };
  }
}

/** Takes lines in, of which some may be bad. */
async function take(...lines: readonly object[]): Promise<void> {
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  await agencyFeed({ agency, database, vault }, clock).take(
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
}

async function write(one: Write): Promise<void> {
  switch (one.is) {
    case 'feed': {
      await take(...one.events.map(lineOf));
      return;
    }
    case 'ask': {
      const own = await documents.documentsOf(one.account);
      const asked = own[one.nth % Math.max(own.length, 1)];
      if (asked !== undefined) await documents.askPaperCopy(one.account, asked.id);
      return;
    }
    case 'move':
      await database.transaction().execute(async (transaction) => {
        await sql`select from account where id = ${one.account} for no key update`.execute(transaction);
        const home = { country: 'PL', line1: `ul. Prosta ${one.to}` };
        const details = { home, mailing: null };
        await contactsIn(transaction).change(transaction, { accountId: one.account, key }, details);
      });
      return;
    case 'confirm': {
      const [newest] = (await contactsIn(database).contactOf({ accountId: one.account, key })).versions;
      if (newest === undefined) return;
      const { receipt } = one;
      const [id, at] = [randomUUID(), clock.now().toISOString()];
      await take({ kind: 'contact-acknowledged', id, receipt, at, contact: newest.id });
      return;
    }
    case 'come': {
      const own = await appointments.appointmentsOf(one.account);
      const asked = own[one.nth % Math.max(own.length, 1)];
      if (asked === undefined) return;
      if (one.comes) await appointments.confirm(one.account, asked.id, { ...asked, needs: NO_NEEDS });
      else await appointments.cancel(one.account, asked.id, { ...asked, reason: 'work' });
      return;
    }
    case 'write':
      await makeConversations(talking).send(
        one.account,
        { is: 'new', topic: 'other', receipt: one.receipt },
        { text: `Message ${one.nth}`, files: [] },
        { perDay: 1_000 },
      );
      return;
    case 'release':
      await releaseCase({ database, clock }, one.receipt, { tell: async () => {}, record: async () => {} });
      return;
    case 'link': {
      const { account: accountId, receipt } = one;
      const isThere = await database
        .selectFrom('case_record')
        .select('receipt')
        .where('receipt', '=', receipt)
        .executeTakeFirst();
      if (isThere !== undefined)
        await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
      return;
    }
  }
}

let [copies, confirmed, messages] = [0, 0, 0];

/** Looks at one moment, at which every change has to be open to whoever may read its case, and to nobody else. */
async function look(): Promise<{ readonly seen: number; readonly opened: number }> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (snapshot) => {
      const all = await changes.after(snapshot, '0', 10_000);
      let opened = 0;
      for (const change of all)
        for (const accountId of accounts) {
          const { rows } = await sql<{ may: boolean }>`
            select ${mayRead(accountId, sql`${change.receipt}`)} as may`.execute(snapshot);
          // What one account alone sees is told to nobody else, who may have a copy of their own.
          if (change.accountId !== null && change.accountId !== accountId) continue;
          const isOpen = await opens(snapshot, accountId, change);
          const may = change.receipt === null ? change.kind !== 'case-released' : rows[0]?.may;
          expect([change.kind, change.ref, isOpen]).toEqual([change.kind, change.ref, may]);
          if (isOpen) opened += 1;
        }
      confirmed += all.filter(({ kind }) => kind === 'contact-acknowledged').length;
      messages += all.filter(({ kind }) => kind.startsWith('message')).length;
      copies += all.filter(({ kind }) => kind.startsWith('paper-copy')).length;
      const moved = all.filter(({ kind }) => kind === 'case-moved');
      const events = await snapshot.selectFrom('case_event').select('id').execute();
      expect(moved.map(({ ref }) => ref).sort()).toEqual(events.map(({ id }) => id).sort());
      return { seen: all.length, opened };
    });
}

it('whatever a change names can be opened by whoever may read its case, at any moment, and by nobody else', async () => {
  let [seen, opened] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyWrite, { maxLength: 4 }), { minLength: 2, maxLength: 3 }),
      async (writers) => {
        await sql`truncate case_record, account_agency_number, conversation, change cascade`.execute(
          database,
        );
        let writing = true;
        const looking = (async () => {
          while (writing) await look();
        })();
        await Promise.all(
          [...writers, ASKING].map(async (writes) => {
            for (const each of writes) await write(each);
          }),
        ).finally(() => {
          writing = false;
        });
        await looking;
        const last = await look();
        seen += last.seen;
        opened += last.opened;
      },
    ),
    { numRuns: 25 },
  );
  expect([seen, opened, copies, confirmed, messages].every((each) => each > 0)).toBe(true);
});
