import { describe, expect, it } from 'vitest';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN } from '../../../testing/sign-in.ts';
import { type AccountId, asAccountId } from '../../core/accounts/index.ts';
import { openHolds } from '../../core/open-recoveries/index.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, policy, raiseAlarm } = identity;
const { appCode, bindNew, kindsTo, last, newAccount, progressOf, recovery } = testRecovery(identity);
const HOUR = 3600;
const DAY = 24 * HOUR;
const MAYA = { name: 'maya', login: 'portico' };
const OMAR = { name: 'omar', login: 'omar' };

/** Asks as one operator and approves as another. */
async function restore(id: AccountId) {
  const asked = await recovery.restore(id, MAYA);
  expect(asked.is).toBe('asked');
  const begun = await recovery.restore(id, OMAR);
  if (begun.is !== 'begun') throw new Error(begun.is);
  return begun;
}
const events = async (id: AccountId) =>
  (
    await database
      .selectFrom('security_event')
      .select(['kind', 'detail'])
      .where('account_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map(({ kind, detail }) => ({ kind, detail }));

describe('who lost everything', () => {
  it('gets a code by two operators, waits the whole hold, and makes everything anew (ASVS 6.4.3)', async () => {
    const account = await newAccount();
    const { code, until } = await restore(account.id);
    expect(until).toEqual(new Date(clock.now().getTime() + policy.recovery.holdHours * HOUR * 1000));
    expect(kindsTo(account.email).at(-1)).toBe('recovery-begun');
    const token = (await recovery.resume(code)) ?? '';
    expect(await progressOf(token)).toMatchObject({ stage: 'hold', lost: 'everything', holdEndsAt: until });
    clock.advance(policy.recovery.holdHours * HOUR - 1);
    expect(await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN)).toEqual({
      is: 'gone',
    });
    clock.advance(1);
    expect((await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN)).is).toBe('next');
    const enrolling = await recovery.enrolling(await progressOf(token), 'Firefox');
    const returned = await bindNew(await progressOf(token), appCode(enrolling?.secret ?? ''));
    expect(returned.is).toBe('returned');
    expect(kindsTo(account.email).at(-1)).toBe('recovery-finished');
  });

  it('is not let in by what one operator wrote about whose account it is (docs/security/two-people.md)', async () => {
    const account = await newAccount();
    expect((await recovery.restore(account.id, MAYA)).is).toBe('asked');
    await recordSecurityEvent(database, clock, {
      kind: 'person-corrected-by-agency',
      accountId: account.id,
      detail: { fullName: true, operator: 'maya', login: 'portico' },
    });
    const until = new Date(clock.now().getTime() + policy.alarm.days * DAY * 1000);
    for (const operator of [MAYA, OMAR])
      expect(await recovery.restore(account.id, operator)).toEqual({ is: 'corrected', until });
    clock.advance(policy.alarm.days * DAY);
    await restore(account.id);
  });

  it('is not let in by one operator, however often and however they spell themselves', async () => {
    const account = await newAccount();
    expect(await recovery.restoration(account.id)).toBeNull();
    const asked = await recovery.restore(account.id, MAYA);
    expect(await recovery.restoration(account.id)).toMatchObject({ askedBy: 'maya' });
    for (let tries = 0; tries < 3; tries++)
      expect(await recovery.restore(account.id, { ...MAYA, login: 'another' })).toEqual({
        ...asked,
        is: 'own-request',
      });
    // Nor under another name from the same login.
    expect(await recovery.restore(account.id, { ...OMAR, login: MAYA.login })).toEqual({
      ...asked,
      is: 'own-login',
    });
    expect(await openHolds(database, clock, account.id)).toEqual([]);
    expect(kindsTo(account.email)).not.toContain('recovery-begun');
  });

  it('by two operators at the same moment: one has asked, and the other approves', async () => {
    const account = await newAccount();
    const results = await Promise.all([MAYA, OMAR].map((by) => recovery.restore(account.id, by)));
    expect(results.map(({ is }) => is).sort()).toEqual(['asked', 'begun']);
    expect(await openHolds(database, clock, account.id)).toHaveLength(1);
  });

  it('not by what was asked for a day ago, which is asked for anew', async () => {
    const account = await newAccount();
    await recovery.restore(account.id, MAYA);
    clock.advance(DAY);
    expect((await recovery.restore(account.id, OMAR)).is).toBe('asked');
    expect((await recovery.restore(account.id, MAYA)).is).toBe('begun');
    await recovery.restore(account.id, MAYA);
    clock.advance(DAY);
    await recovery.removeOld();
    expect(await database.selectFrom('restoration').selectAll().execute()).toEqual([]);
  });

  it('never once an address stopped it, by the link that every address highest in standing got', async () => {
    const account = await newAccount();
    const { code } = await restore(account.id);
    expect(await recovery.cancel(last('recovery-begun', account.email))).toBe(true);
    expect(await recovery.resume(code)).toBeNull();
    expect(await openHolds(database, clock, account.id)).toEqual([]);
  });

  it('waits in full: it rests on nothing settled, so neither a device nor answers shorten it', async () => {
    const account = await newAccount();
    clock.advance(30 * DAY);
    const { code, until } = await restore(account.id);
    expect(until.getTime() - clock.now().getTime()).toBe(policy.recovery.holdHours * HOUR * 1000);
    expect((await openHolds(database, clock, account.id)).map(({ unsettled }) => unsettled)).toEqual([true]);
    const token = (await recovery.resume(code)) ?? '';
    expect(await recovery.questions(await progressOf(token))).toBeNull();
  });

  it('not in the week in which whoever reads a settled address said that it was not them', async () => {
    const account = await newAccount();
    clock.advance(30 * DAY);
    await raiseAlarm(account.id);
    const until = new Date(clock.now().getTime() + policy.alarm.days * DAY * 1000);
    for (const by of [MAYA, OMAR])
      expect(await recovery.restore(account.id, by)).toEqual({ is: 'alarmed', until });
    clock.advance(policy.alarm.days * DAY);
    expect((await restore(account.id)).code).not.toBe('');
  });

  it('ends with an alarm that is raised while it waits', async () => {
    const account = await newAccount();
    const { code } = await restore(account.id);
    await raiseAlarm(account.id);
    expect(await recovery.resume(code)).toBeNull();
  });

  it('by the newest code alone, where two operators give another', async () => {
    const account = await newAccount();
    const first = await restore(account.id);
    const second = await restore(account.id);
    expect(await recovery.resume(first.code)).toBeNull();
    expect(await recovery.resume(second.code)).not.toBeNull();
    expect(await openHolds(database, clock, account.id)).toHaveLength(1);
  });

  it('has who asked and who approved in the chain, and nobody of them in the copy (ASVS 16.2.1)', async () => {
    const account = await newAccount();
    await restore(account.id);
    expect(await events(account.id)).toEqual([
      { kind: 'restoration-asked', detail: { operator: 'maya', login: 'portico' } },
      { kind: 'recovery-held', detail: { lost: 'everything' } },
      { kind: 'restoration-approved', detail: { operator: 'omar', login: 'omar' } },
    ]);
    const copy = identity.personalData().find(({ name }) => name === 'securityEvents');
    const own = await copy?.read?.({ accountId: account.id, key: account.key });
    expect(own).toMatchObject([{ detail: {} }, { detail: { lost: 'everything' } }, { detail: {} }]);
    expect(JSON.stringify(own)).not.toMatch(/maya|omar|portico/);
  });

  it('is nobody where there is no such account', async () => {
    const nobody = asAccountId.parse('018f0000-0000-7000-8000-00000000dead');
    expect(await recovery.restore(nobody, MAYA)).toEqual({ is: 'unknown' });
  });
});
