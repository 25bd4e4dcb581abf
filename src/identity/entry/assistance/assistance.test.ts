import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { PERSON, testIdentity } from '../../../testing/identity.ts';
import { type AccountId, asAccountId, readPerson } from '../../core/accounts/index.ts';

const identity = await testIdentity(await freshDatabase());
const { assistance, clock, database, newAccount, raiseAlarm, told, vault } = identity;
const MAYA = { name: 'maya', login: 'portico' };
const BY = { operator: 'maya', login: 'portico' };
const NOBODY = asAccountId.parse('018f0000-0000-7000-8000-00000000dead');

const events = (id: AccountId) =>
  database
    .selectFrom('security_event')
    .select(['kind', 'detail'])
    .where('account_id', '=', id)
    .orderBy('seq')
    .execute();

const unowned = () =>
  database
    .selectFrom('security_event')
    .select(['kind', 'detail'])
    .where('account_id', 'is', null)
    .orderBy('seq')
    .execute();

describe('an operator', () => {
  it('finds who an email or a username names, by as little as tells people apart, and it is recorded (ASVS 16.2.1)', async () => {
    const account = await newAccount({ username: 'zdzisia' });
    const brief = { id: account.id, initials: 'ZNQ', yearBorn: '1988', createdAt: clock.now() };
    for (const typed of [account.email.toUpperCase(), 'Zdzisia'])
      expect(await assistance.find(typed, [], MAYA)).toEqual([brief]);
    expect(await assistance.find('nobody@example.org', [], MAYA)).toEqual([]);
    expect(await assistance.find('nobody', [account.id], MAYA)).toEqual([brief]);
    const look = { kind: 'looked-up-by-agency', detail: { how: 'find', ...BY } };
    expect(await events(account.id)).toEqual([look, look, look]);
  });

  it('is in the chain too where nobody is found, by what was typed or otherwise, and not what it was (ASVS 16.2.1)', async () => {
    const before = await unowned();
    await assistance.find('nobody.at.all@example.org', [], MAYA);
    expect((await unowned()).slice(before.length)).toEqual([
      { kind: 'looked-up-by-agency', detail: { how: 'find', found: false, ...BY } },
    ]);
  });

  it('sees what it takes to help, and it is recorded each time', async () => {
    const account = await newAccount({ withCodes: true });
    await raiseAlarm(account.id);
    const shown = await assistance.show(account.id, MAYA);
    expect(shown).toMatchObject({
      ...PERSON,
      id: account.id,
      addresses: [{ email: account.email, isPrimary: true, standing: 'settled' }],
      secondSteps: ['authenticator-app', 'backup-code'],
      holds: [],
      alarmedAt: clock.now(),
      closesAt: null,
    });
    expect((await events(account.id)).at(-1)).toEqual({
      kind: 'looked-up-by-agency',
      detail: { how: 'show', ...BY },
    });
    expect(await assistance.show(NOBODY, MAYA)).toBeNull();
  });

  it('corrects who a person is, of which every address hears (ASVS 6.3.7)', async () => {
    const account = await newAccount();
    const changes = { fullName: 'Zdzisława Quill', birthCountry: 'ie' };
    expect(await assistance.correct(account.id, changes, MAYA)).toEqual({ is: 'corrected' });
    const person = { fullName: 'Zdzisława Quill', born: PERSON.born, birthCountry: 'IE' };
    expect(await readPerson(database, vault, account.id)).toEqual(person);
    expect(told.at(-1)).toEqual({ accountId: account.id, notice: { is: 'person-corrected-by-agency' } });
    expect(await events(account.id)).toEqual([
      { kind: 'person-corrected-by-agency', detail: { fullName: true, birthCountry: true, ...BY } },
    ]);
    expect(await assistance.correct(account.id, changes, MAYA)).toEqual({ is: 'unchanged' });
    expect(await assistance.correct(NOBODY, changes, MAYA)).toEqual({ is: 'unknown' });
  });

  it.each([
    [{ born: '1988-02-30' }, ['born']],
    [{ born: '29.2.1988' }, ['born']],
    [{ born: '2999-01-01' }, ['born']],
    [{ fullName: ' ', birthCountry: 'XQ' }, ['fullName', 'birthCountry']],
  ] as const)('writes nothing that cannot be so: %j', async (changes, of) => {
    const account = await newAccount();
    expect(await assistance.correct(account.id, changes, MAYA)).toEqual({ is: 'faults', of });
    expect(await readPerson(database, vault, account.id)).toEqual(PERSON);
    expect(await events(account.id)).toEqual([]);
  });
});
