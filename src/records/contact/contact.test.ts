import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type SqlBool, sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase, loadCaseCatalogue } from '../cases/index.ts';
import { changes } from '../changes/index.ts';
import { agencyFeed } from '../feed/index.ts';
import { type ContactDetails, makeContacts, unconfirmedContacts } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const catalogue = loadCaseCatalogue(agency);
const { database, vault, clock } = await freshDatabase();
const contacts = makeContacts({ database, clock, catalogue });
const { key } = vault.newDataKey();
const [OPEN, OTHER, DENIED] = ['ARC2190000041', 'ARC2190000042', 'ARC2190000043'] as const;
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const living = (line1: string, mailing: ContactDetails['mailing'] = null): ContactDetails => ({
  home: { country: 'PL', line1, postcode: '31-008', city: 'Kraków' },
  mailing,
});
let owner: { accountId: string; key: typeof key };

/** Takes lines in. @returns why some were bad */
async function take(...lines: readonly object[]): Promise<readonly string[]> {
  const bad: string[] = [];
  const said = lines.map((line) => ({
    id: randomUUID(),
    receipt: OPEN,
    at: clock.now().toISOString(),
    ...line,
  }));
  await agencyFeed({ agency, database, vault }, clock).take(
    (async function* () {
      yield Buffer.from(said.map((line) => JSON.stringify(line)).join('\n'));
    })(),
    { badLine: (_, reason) => bad.push(reason) },
  );
  return bad;
}

const change = (details: ContactDetails, whose = owner) =>
  database.transaction().execute((transaction) => contacts.change(transaction, whose, details));
const newest = async () => (await contacts.contactOf(owner)).versions[0]?.id;
const confirm = (contact: string | undefined, more: object = {}) =>
  take({ kind: 'contact-acknowledged', contact, ...more });
const offices = async () =>
  Object.fromEntries((await contacts.contactOf(owner)).cases.map(({ receipt, office }) => [receipt, office]));
const unconfirmed = async (isHeld = () => sql<SqlBool>`false`) =>
  (await unconfirmedContacts(database, catalogue, async () => key, isHeld)).map(
    ({ receipt, contact, details }) => ({
      receipt,
      contact,
      line: details.home.line1,
    }),
  );
const noted = async () =>
  (await changes.after(database, '0', 1_000)).filter(({ kind }) => kind.startsWith('contact-'));

async function newOwner(...receipts: readonly string[]) {
  const accountId = await bareAccount(database, clock);
  for (const receipt of receipts)
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
  return { accountId, key };
}

beforeEach(async () => {
  await sql`truncate case_record, account, change cascade`.execute(database);
  const status = { form: 'NAT-1', status: 'case-received', person };
  expect(
    await take(status, { ...status, receipt: OTHER }, { ...status, receipt: DENIED, status: 'denied' }),
  ).toEqual([]);
  owner = await newOwner(OPEN, OTHER, DENIED);
});

describe('where a person lives', () => {
  it('reaches each open case once, until its office says that it has it', async () => {
    expect(await contacts.contactOf(owner)).toMatchObject({
      versions: [],
      cases: [
        { receipt: OPEN, office: null },
        { receipt: OTHER, office: null },
      ],
    });
    expect((await change(living('ul. Prosta 1'))).is).toBe('changed');
    const at = clock.now();
    const contact = await newest();
    expect(await offices()).toEqual({
      [OPEN]: { is: 'sent', at, earlier: null },
      [OTHER]: { is: 'sent', at, earlier: null },
    });
    expect((await noted()).map(({ kind, receipt, ref }) => [kind, receipt, ref])).toEqual([
      ['contact-changed', OPEN, contact],
      ['contact-changed', OTHER, contact],
    ]);
    // The same again is no change.
    expect(await change(living('ul. Prosta 1'))).toEqual({ is: 'unchanged' });
    clock.advance(3600);
    expect(await confirm(contact)).toEqual([]);
    expect(await offices()).toMatchObject({
      [OPEN]: { is: 'has', since: clock.now() },
      [OTHER]: { is: 'sent' },
    });
    expect((await noted()).at(-1)).toMatchObject({
      kind: 'contact-acknowledged',
      receipt: OPEN,
      accountId: owner.accountId,
      ref: contact,
    });
    expect(await unconfirmed()).toEqual([{ receipt: OTHER, contact, line: 'ul. Prosta 1' }]);
    expect(await unconfirmed(() => sql<SqlBool>`true`)).toEqual([]);
    expect(await confirm(contact)).toEqual(['the contact details are acknowledged already']);
  });

  it('says which version an office has that has not confirmed the newest', async () => {
    await change(living('ul. Prosta 1'));
    const [first, at] = [await newest(), clock.now()];
    await confirm(first);
    clock.advance(3600);
    await change(
      living('ul. Prosta 2', { careOf: 'J. Nowak', address: { country: 'US', line1: 'PO Box 4' } }),
    );
    expect(await offices()).toMatchObject({
      [OPEN]: { is: 'sent', at: clock.now(), earlier: { id: first, at } },
      [OTHER]: { is: 'sent', earlier: null },
    });
    // A line about the version before, which comes late, is kept and changes nothing.
    expect(await confirm(first, { receipt: OTHER })).toEqual([]);
    expect(await offices()).toMatchObject({ [OTHER]: { is: 'sent', earlier: { id: first } } });
    expect((await contacts.contactOf(owner)).versions.map(({ details }) => details)).toEqual([
      living('ul. Prosta 2', { careOf: 'J. Nowak', address: { country: 'US', line1: 'PO Box 4' } }),
      living('ul. Prosta 1'),
    ]);
  });

  it('reaches a case that comes into the account later, and one that has ended no more', async () => {
    const receipt = 'ARC2190000049';
    await change(living('ul. Prosta 1'));
    clock.advance(3600);
    await take({ receipt, form: 'NAT-1', status: 'case-received', person });
    await linkCase(database, { ...owner, receipt, how: 'claimed', at: clock.now() });
    expect(await offices()).toMatchObject({ [receipt]: { is: 'sent', at: clock.now() } });
    await take({ receipt: OPEN, form: 'NAT-1', status: 'denied', person });
    expect(Object.keys(await offices())).toEqual([OTHER, receipt]);
    expect((await unconfirmed()).map((each) => each.receipt)).toEqual([OTHER, receipt]);
  });

  it('is confirmed only for a case that its person may read, and once for each', async () => {
    await change(living('ul. Prosta 1'));
    const stranger = await newOwner();
    await change(living('Elsewhere 9'), stranger);
    const theirs = (await contacts.contactOf(stranger)).versions[0]?.id;
    const NONE = 'the case has no such contact details';
    expect(await confirm(theirs)).toEqual([NONE]);
    expect(await confirm(randomUUID())).toEqual([NONE]);
    expect(await confirm('me')).toEqual(['"contact" is not an id that Portico gave out']);
    const line = { id: 'c1', at: clock.now().toISOString() };
    const contact = await newest();
    expect(await confirm(contact, line)).toEqual([]);
    // Sent again it is known.
    expect(await confirm(contact, line)).toEqual([]);
    expect(await confirm(contact, { ...line, receipt: OTHER })).toEqual([
      'the event id is already known with other content',
    ]);
  });

  it('goes with the account; that an office confirmed it stays, and says nothing', async () => {
    await change(living('ul. Prosta 1'));
    await confirm(await newest(), { id: 'c1' });
    await database.deleteFrom('account').execute();
    expect(await database.selectFrom('contact_version').selectAll().execute()).toEqual([]);
    expect(
      await database.selectFrom('contact_acknowledgement').select(['event', 'contact_id']).execute(),
    ).toEqual([{ event: 'c1', contact_id: null }]);
    expect(await unconfirmed()).toEqual([]);
  });
});

describe('an agreed address', () => {
  it('is never overwritten: its case is as one that has ended, until the agency lifts it', async () => {
    await change(living('ul. Prosta 1'));
    const first = await newest();
    expect(await take({ kind: 'safe-address', state: 'set' })).toEqual([]);
    clock.advance(60);
    await change(living('ul. Prosta 2'));
    const second = await newest();
    expect(Object.keys(await offices())).toEqual([OTHER]);
    expect((await unconfirmed()).map(({ receipt }) => receipt)).toEqual([OTHER]);
    const of = (receipt: string) => noted().then((all) => all.filter((each) => each.receipt === receipt));
    expect((await of(OPEN)).map(({ ref }) => ref)).toEqual([first]);
    // What an office says of such a case is kept, and nothing tells of it.
    expect(await confirm(first)).toEqual([]);
    expect(await of(OPEN)).toHaveLength(1);
    expect((await of(OTHER)).map(({ ref }) => ref)).toEqual([first, second]);
    clock.advance(60);
    expect(await take({ kind: 'safe-address', state: 'lifted' })).toEqual([]);
    expect(await offices()).toMatchObject({ [OPEN]: { is: 'sent', earlier: { id: first } } });
    // An older line that comes late does not count.
    const before = new Date(clock.now().getTime() - 30_000).toISOString();
    expect(await take({ kind: 'safe-address', state: 'set', at: before })).toEqual([]);
    expect(Object.keys(await offices())).toEqual([OPEN, OTHER]);
  });

  it('is of a case that is there', async () => {
    expect(await take({ kind: 'safe-address', state: 'set', receipt: 'ARC2190000099' })).toEqual([
      'the case is not known',
    ]);
    expect(await take({ kind: 'safe-address', state: 'hidden' })).toEqual([
      '"state" must be "set" or "lifted"',
    ]);
  });
});
