import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { plainForm } from '../../../testing/forms.ts';
import { PERSON, testIdentity } from '../../../testing/identity.ts';
import { endByAgency, lockSession } from './index.ts';
import { readKeptForms } from './sessions.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, sessions, newAccount } = identity;
const account = await newAccount({ withCodes: true });
const ELSEWHERE = 'ended-elsewhere';
const MINUTE = 60;
const HOUR = 3600;
const begin = (id = account.id) => sessions.begin(database, id, { proven: true, deviceId: null });
const live = async (token: string) => {
  const found = await sessions.find(token);
  if (found.is !== 'live') throw new Error(`the session is ${found.is}`);
  return found.session;
};

describe('sessions', () => {
  it('are ended by the agency, of one person or of everybody (ASVS 7.4.5)', async () => {
    const [mine, other] = [await newAccount({ username: 'hanna' }), await newAccount()];
    const tokens = [await begin(mine.id), await begin(mine.id), await begin(other.id)] as const;
    const found = () => Promise.all(tokens.map(async (token) => (await sessions.find(token)).is));
    expect(await endByAgency(identity, { is: 'one', identifier: 'nobody@example.org' })).toBe(null);
    expect(await found()).toEqual(['live', 'live', 'live']);
    expect(await endByAgency(identity, { is: 'one', identifier: 'Hanna' })).toBe(2);
    expect(await found()).toEqual([ELSEWHERE, ELSEWHERE, 'live']);
    expect(await endByAgency(identity, { is: 'everybody' })).toBeGreaterThanOrEqual(1);
    expect(await found()).toEqual([ELSEWHERE, ELSEWHERE, ELSEWHERE]);
    clock.advance(24 * HOUR);
    expect(await found()).toEqual([ELSEWHERE, ELSEWHERE, ELSEWHERE]);
    clock.advance(1);
    expect(await found()).toEqual(['none', 'none', 'none']);
    const told = await database
      .selectFrom('security_event')
      .select('account_id')
      .where('kind', '=', 'sessions-ended-by-agency')
      .execute();
    expect(told.filter(({ account_id }) => account_id === mine.id)).toHaveLength(1);
    expect(told.filter(({ account_id }) => account_id === other.id)).toHaveLength(1);
  });

  it.each(['timed-out', 'signed-out'] as const)(
    'that were %s change nothing more, also what was under way',
    async (why) => {
      const token = await begin();
      const session = await live(token);
      const holds = () => database.transaction().execute((transaction) => lockSession(transaction, session));
      expect(await holds()).toBe(true);
      await sessions.end(session, why);
      expect(await holds()).toBe(false);
      expect((await sessions.find(token)).is).toBe(why === 'timed-out' ? why : ELSEWHERE);
    },
  );

  it('know whose they are, and when they end', async () => {
    const session = await live(await begin());
    expect(session).toMatchObject({
      accountId: account.id,
      fullName: PERSON.fullName,
      language: 'en',
      owesAcknowledgement: true,
    });
    expect(session.idleEndsAt.getTime() - clock.now().getTime()).toBe(30 * MINUTE * 1000);
    expect(session.endsAt.getTime() - clock.now().getTime()).toBe(12 * HOUR * 1000);
  });

  it('are found by their token only, which is stored nowhere (ASVS 7.2.1, 7.2.2)', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => begin()));
    expect(new Set(tokens).size).toBe(20);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
    const [token = ''] = tokens;
    const rows = await database.selectFrom('session').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.some((row) => row.token_hash.toString('base64url') === token)).toBe(false);
    for (const other of [token.slice(1), `${token}A`, token.toLowerCase(), rows[0]?.id ?? '', ''])
      expect(await sessions.find(other)).toEqual({ is: 'none' });
  });

  it('time out after 30 minutes without a request, and a grace of half a minute (ASVS 7.3.1)', async () => {
    const token = await begin();
    clock.advance(30 * MINUTE + 30);
    expect((await sessions.find(token)).is).toBe('live');
    clock.advance(30 * MINUTE + 31);
    expect(await sessions.find(token)).toMatchObject({ is: 'timed-out', accountId: account.id });
    expect((await sessions.find(token)).is).toBe('timed-out');
  });

  it('never end before the time that they told, however requests are spread', async () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 40 * MINUTE }), { minLength: 1, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(pauses, async (seconds) => {
        const token = await begin();
        let told = (await live(token)).idleEndsAt;
        const { endsAt } = await live(token);
        for (const pause of seconds) {
          clock.advance(pause);
          const found = await sessions.find(token);
          if (clock.now() >= endsAt) expect(found.is).not.toBe('live');
          else if (clock.now() <= told) expect(found.is).toBe('live');
          // A grace of half a minute for a mark that was not written, and no more.
          else if (clock.now().getTime() > told.getTime() + 30_000) expect(found.is).not.toBe('live');
          if (found.is !== 'live') return;
          told = found.session.idleEndsAt;
        }
      }),
      { numRuns: 25 },
    );
  });

  it('end after 12 hours however busy (ASVS 7.3.2)', async () => {
    const token = await begin();
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.advance(20 * MINUTE);
      expect((await sessions.find(token)).is).toBe('live');
    }
    clock.advance(20 * MINUTE);
    expect((await sessions.find(token)).is).toBe('timed-out');
  });

  it('that ended are not timed out but gone, and stay so (ASVS 7.4.1)', async () => {
    const token = await begin();
    const other = await begin();
    await sessions.end(await live(token), 'signed-out');
    expect(await sessions.find(token)).toEqual({ is: 'ended-elsewhere' });
    expect((await sessions.find(other)).is).toBe('live');
    clock.advance(24 * HOUR);
    expect(await sessions.find(token)).toEqual({ is: 'ended-elsewhere' });
    clock.advance(1);
    expect(await sessions.find(token)).toEqual({ is: 'none' });
  });

  it('that timed out a day ago are gone too', async () => {
    const token = await begin();
    clock.advance(24 * HOUR);
    expect((await sessions.find(token)).is).toBe('timed-out');
    clock.advance(1);
    expect(await sessions.find(token)).toEqual({ is: 'none' });
  });

  it('leave a security event when they end', async () => {
    const { id } = await newAccount();
    await sessions.end(await live(await begin(id)), 'signed-out');
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', id)
      .execute();
    expect(events).toEqual([{ kind: 'signed-out' }]);
  });

  it('are removed once nobody can come back to them', async () => {
    const token = await begin();
    const { id } = await live(token);
    const left = () => database.selectFrom('session').select('id').where('id', '=', id).executeTakeFirst();
    clock.advance(12 * HOUR + 47 * HOUR);
    await sessions.removeOld();
    expect(await left()).toBeDefined();
    clock.advance(2 * HOUR);
    await sessions.removeOld();
    expect(await left()).toBeUndefined();
  });
});

describe('kept forms', () => {
  const HERE = 'of this browser';
  const typed = plainForm({ receipt: 'ARC2690001986', note: 'Ngọc’s second page' });

  it('come back to the same account and the same page only', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    await sessions.keep(
      { accountId: mine.id, key: mine.key },
      { path: '/cases/add', action: null, browser: null },
      typed,
    );
    const session = await live(await begin(mine.id));
    expect(await sessions.kept(session, { path: '/cases/add', browser: HERE })).toEqual({
      action: null,
      typed,
    });
    expect(await sessions.kept(session, { path: '/cases', browser: HERE })).toBeNull();
    expect(
      await sessions.kept(await live(await begin(theirs.id)), { path: '/cases/add', browser: HERE }),
    ).toBeNull();
  });

  it('are sealed, replaced by newer ones, forgotten when sent, and lapse after a day', async () => {
    const { id, key } = await newAccount();
    await sessions.keep({ accountId: id, key }, { path: '/a', action: null, browser: null }, typed);
    const row = await database
      .selectFrom('kept_form')
      .selectAll()
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(row.fields_sealed.toString('latin1')).not.toContain('ARC269');
    await sessions.keep(
      { accountId: id, key },
      { path: '/a', action: null, browser: null },
      plainForm({ receipt: 'second' }),
    );
    await sessions.keep(
      { accountId: id, key },
      { path: '/b', action: null, browser: null },
      plainForm({ receipt: 'other' }),
    );
    const token = await begin(id);
    expect(await sessions.kept(await live(token), { path: '/a', browser: HERE })).toEqual({
      action: null,
      typed: { receipt: 'second' },
    });
    await sessions.forgetKept(await live(token), { path: '/a', browser: HERE });
    expect(await sessions.kept(await live(token), { path: '/a', browser: HERE })).toBeNull();
    clock.advance(24 * HOUR);
    expect(await sessions.kept(await live(await begin(id)), { path: '/b', browser: HERE })).toBeNull();
    clock.advance(24 * HOUR + 1);
    await sessions.removeOld();
    expect(await database.selectFrom('kept_form').selectAll().where('account_id', '=', id).execute()).toEqual(
      [],
    );
  });

  it('do not pile up: an account has a few at a time, the newest (ASVS 2.3.2)', async () => {
    const { id, key } = await newAccount();
    for (let page = 0; page < 60; page++) {
      clock.advance(1);
      await sessions.keep(
        { accountId: id, key },
        { path: `/page/${page}`, action: null, browser: null },
        typed,
      );
    }
    const rows = await database.selectFrom('kept_form').select('path').where('account_id', '=', id).execute();
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(rows.map(({ path }) => path)).toContain('/page/59');
  });

  it('do not pile up either for one browser after the other, and those of every browser stay (ASVS 2.3.2)', async () => {
    const { id, key } = await newAccount();
    const keep = async (path: string, browser: string | null) => {
      clock.advance(1);
      await sessions.keep({ accountId: id, key }, { path, action: null, browser }, typed);
    };
    await keep('/mine', null);
    for (let browser = 0; browser < 9; browser++)
      for (let page = 0; page < 9; page++) await keep(`/page/${page}`, `browser ${browser}`);
    const rows = await database.selectFrom('kept_form').select('path').where('account_id', '=', id).execute();
    expect(rows).toHaveLength(61);
    const session = await live(await begin(id));
    for (const [path, browser] of [
      ['/page/8', 'browser 8'],
      ['/mine', HERE],
    ] as const)
      expect(await sessions.kept(session, { path, browser })).toEqual({ action: null, typed });
    // What one browser alone is shown may be somebody else's words, and is not in the person's copy.
    expect((await readKeptForms(database, session)).map(({ path }) => path)).toEqual(['/mine']);
  });
});
