import { describe, expect, it } from 'vitest';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { plainForm } from '../../../testing/forms.ts';
import { PERSON, SITE, testIdentity } from '../../../testing/identity.ts';
import { setNameInUse } from '../../core/accounts/index.ts';
import { know, newDeviceToken } from '../../core/devices/index.ts';
import { parsePhone } from '../../core/phones/index.ts';
import { makeAppSettings } from '../../credentials/authenticator-app/index.ts';
import { makeDataExport } from './index.ts';

const test = await freshDatabase();
const identity = await testIdentity(test);
const { database, vault, clock, policy, newAccount, phones, passkeys, factors } = identity;
const told: string[] = [];
const apps = makeAppSettings({ ...identity, policy: policy.apps, factors: Object.values(factors) });
const dataExport = makeDataExport({
  database,
  vault,
  clock,
  policy: policy.dataExport,
  notices: { send: async (_transaction, accountId, { is }) => void told.push(`${accountId} ${is}`) },
  personalData: () => [
    ...identity.personalData(),
    { name: 'things', read: async ({ accountId }) => [`thing of ${accountId}`] },
  ],
});

const someone = async () => {
  const username = `n${Math.random()}`;
  const { id, key, email, secret, codes } = await newAccount({ withCodes: true, username });
  return { ...(await identity.askingFor(id)), key, language: 'en', username, email, secret, codes };
};
const givePhone = async (who: Awaited<ReturnType<typeof someone>>, number: string) => {
  const read = parsePhone(number);
  if (read.is !== 'number') throw new Error(read.is);
  await database.transaction().execute(async (transaction) => {
    const added = await phones.add(transaction, who, read.number);
    if (added.is === 'added') await phones.verify(transaction, who.accountId, added.id);
  });
};
const givePasskey = async (who: Awaited<ReturnType<typeof someone>>) => {
  const purpose = { for: 'enrolment', of: who.id } as const;
  const options = await passkeys.offer(who, { purpose, agency: 'A', login: 'l', fullName: 'f' });
  if (options === null) throw new Error('enough');
  const { answer } = softAuthenticator({ origin: SITE }).create(options);
  expect((await passkeys.add(who, { purpose, answer, name: 'My laptop' })).is).toBe('added');
};
/** One address that was added and removed again, and one that waits. */
const giveAddresses = async (who: Awaited<ReturnType<typeof someone>>) => {
  await identity.emails.add(who, 'before@example.org');
  const pending = await identity.emails.pending(who);
  const code = identity.sent.findLast(({ to }) => to === 'before@example.org');
  if (pending === null || code?.is !== 'code') throw new Error('no code');
  expect(await identity.emails.enterCode(who, pending, code.code)).toEqual({ is: 'added' });
  const [, added] = await identity.emails.list(who);
  expect(await identity.emails.remove(who, added?.id ?? '')).toEqual({ is: 'done' });
  await identity.emails.add(who, 'to.be.added@example.org');
};
const beginWayBack = async (email: string) => {
  const from = { language: 'en', network: '192.0.2.1', browser: { tokens: [], userAgent: '' } };
  await identity.recovery.begin('both', email, from);
  for (const { id } of await database.selectFrom('recovery').select('id').execute())
    await identity.recovery.send(id);
};
const jobs = async () => {
  const { rows } = await test.connection.pool.query<{ payload: { id: string } }>(
    `select payload from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'prepare-data-export'`,
  );
  return rows.map(({ payload }) => payload.id);
};
const idOf = async ({ accountId }: Awaited<ReturnType<typeof someone>>) =>
  (
    await database
      .selectFrom('data_export')
      .select('id')
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow()
  ).id;

describe('a copy of the data', () => {
  it('holds what belongs to the person and nothing of others, and no secret that signs in', async () => {
    const [mine, theirs] = [await someone(), await someone()];
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const device = newDeviceToken(vault);
    for (const { accountId } of [mine, theirs])
      await know(database, clock, { accountId, token: device, userAgent, rememberUntil: null });
    await setNameInUse(database, mine, 'Zdzisia');
    await givePhone(mine, '+12025550142');
    await givePhone(theirs, '+12025550143');
    await identity.securityQuestions.set(mine, [
      { question: 'pet', answer: 'Bigotes' },
      { question: 'boss', answer: 'Wilhelmina' },
      { question: 'trip', answer: 'Ouagadougou' },
    ]);
    const [app] = await apps.list(mine);
    await apps.rename(mine, app?.id ?? '', 'Blue phone');
    await givePasskey(mine);
    await identity.sessions.keep(
      mine,
      { path: '/cases/add', action: null, browser: null },
      plainForm({ receipt: 'ARC1234567890' }),
    );
    await giveAddresses(mine);
    await beginWayBack(mine.email);
    await dataExport.ask(mine);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'preparing' });
    expect(await dataExport.fetch(mine)).toBeNull();
    await dataExport.prepare(await idOf(mine));
    const until = new Date(clock.now().getTime() + 7 * 24 * 3_600_000);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'ready', until });
    const text = (await dataExport.fetch(mine)) ?? '';
    const now = clock.now().toISOString();
    expect(JSON.parse(text)).toEqual({
      preparedAt: now,
      account: {
        id: mine.accountId,
        createdAt: now,
        language: 'en',
        timeZone: null,
        username: mine.username,
        nameInUse: 'Zdzisia',
      },
      person: PERSON,
      emails: [mine.email],
      otherEmails: {
        added: [
          { email: 'before@example.org', state: 'added', askedAt: now },
          { email: 'to.be.added@example.org', state: 'code', askedAt: now },
        ],
        removed: [{ email: 'before@example.org', verifiedAt: now, leftAt: now }],
      },
      phones: [
        { number: '+12025550142', createdAt: now, verifiedAt: now, lastUsedAt: null, takesNotices: false },
      ],
      password: { changedAt: now },
      securityQuestions: { questions: ['pet', 'boss', 'trip'], setAt: now },
      authenticatorApps: [{ name: 'Blue phone', addedAt: now, lastUsedAt: null }],
      passkeys: [{ name: 'My laptop', addedAt: now, lastUsedAt: null, backedUp: false }],
      knownDevices: [
        { browser: 'Firefox', system: 'Linux', firstUsedAt: now, lastUsedAt: now, rememberedUntil: null },
      ],
      sessions: [{ begunAt: now, lastSeenAt: now, endedAt: null }],
      unsentForms: [{ path: '/cases/add', typed: { receipt: 'ARC1234567890' }, keptAt: now }],
      waysBack: [
        {
          begunAt: now,
          lost: 'both',
          proven: [],
          waitEndsAt: null,
          expiresAt: expect.any(String),
          endedAt: null,
          endedHow: null,
        },
      ],
      securityEvents: [
        { at: now, kind: 'questions-set', detail: {} },
        { at: now, kind: 'authenticator-app-renamed', detail: {} },
        { at: now, kind: 'passkey-added', detail: { passkey: expect.any(String) } },
        { at: now, kind: 'email-added', detail: {} },
        { at: now, kind: 'email-removed', detail: {} },
        { at: now, kind: 'recovery-begun', detail: { lost: 'both' } },
        { at: now, kind: 'data-asked', detail: {} },
      ],
      things: [`thing of ${mine.accountId}`],
    });
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', mine.accountId)
      .orderBy('seq')
      .execute();
    expect(events.map(({ kind }) => kind)).toEqual([
      'questions-set',
      'authenticator-app-renamed',
      'passkey-added',
      'email-added',
      'email-removed',
      'recovery-begun',
      'data-asked',
      'data-fetched',
    ]);
    for (const secret of [
      mine.secret,
      ...mine.codes,
      device,
      theirs.email,
      theirs.username,
      theirs.accountId,
      '5550143',
      'argon2',
      'Bigotes',
    ])
      expect(text).not.toContain(secret);
    expect(told).toEqual([`${mine.accountId} data-ready`]);
    expect(await dataExport.fetch(theirs)).toBeNull();
  });

  it('is sealed at rest, for this account alone', async () => {
    const [mine, theirs] = [await someone(), await someone()];
    for (const each of [mine, theirs]) {
      await dataExport.ask(each);
      await dataExport.prepare(await idOf(each));
    }
    const row = await database
      .selectFrom('data_export')
      .select('content_sealed')
      .where('account_id', '=', mine.accountId)
      .executeTakeFirstOrThrow();
    expect(row.content_sealed?.includes('Quill')).toBe(false);
    await database
      .updateTable('data_export')
      .set({ content_sealed: row.content_sealed })
      .where('account_id', '=', theirs.accountId)
      .execute();
    await expect(dataExport.fetch(theirs)).rejects.toThrow();
  });

  it('is asked for once, however often at a time; the job goes with the asking', async () => {
    const mine = await someone();
    const before = (await jobs()).length;
    await Promise.all(Array.from({ length: 10 }, () => dataExport.ask(mine)));
    expect((await jobs()).length).toBe(before + 1);
    expect(await jobs()).toContain(await idOf(mine));
  });

  it('that was begun by a worker that died is made by the next, and made twice is told once', async () => {
    const mine = await someone();
    await dataExport.ask(mine);
    const id = await idOf(mine);
    await Promise.all([dataExport.prepare(id), dataExport.prepare(id)]);
    await dataExport.prepare(id);
    expect(told.filter((each) => each.startsWith(mine.accountId))).toEqual([`${mine.accountId} data-ready`]);
  });

  it('is gone after seven days, and a new one takes its place', async () => {
    const mine = await someone();
    await dataExport.ask(mine);
    const first = await idOf(mine);
    await dataExport.prepare(first);
    clock.advance(60);
    await dataExport.ask(mine);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'preparing' });
    expect(await idOf(mine)).not.toBe(first);
    await dataExport.prepare(first);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'preparing' });
    await dataExport.prepare(await idOf(mine));
    clock.advance(7 * 24 * 3600);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'none' });
    expect(await dataExport.fetch(mine)).toBeNull();
    await dataExport.removeOld();
    expect(
      await database.selectFrom('data_export').where('account_id', '=', mine.accountId).selectAll().execute(),
    ).toEqual([]);
  });

  it('that was never made, whatever went wrong, can be asked for again after a day', async () => {
    const mine = await someone();
    await dataExport.ask(mine);
    const first = await idOf(mine);
    clock.advance(24 * 3600 - 1);
    await dataExport.ask(mine);
    expect(await idOf(mine)).toBe(first);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'preparing' });
    clock.advance(1);
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'none' });
    await dataExport.ask(mine);
    expect(await idOf(mine)).not.toBe(first);
    await dataExport.prepare(await idOf(mine));
    expect(await dataExport.state(mine.accountId)).toMatchObject({ is: 'ready' });
  });

  it('is not made for whoever may have got in', async () => {
    const mine = await someone();
    await identity.raiseAlarm(mine.accountId);
    expect(await dataExport.ask(mine)).toEqual({ is: 'alarmed' });
    expect(await dataExport.state(mine.accountId)).toEqual({ is: 'none' });
  });
});
