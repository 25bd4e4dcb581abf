import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN } from '../../../testing/sign-in.ts';

const identity = await testIdentity(await freshDatabase());
const { database, clock, factors } = identity;
const { begin, beginWithPassword, enterCode, last, newAccount, progressOf, recovery } =
  testRecovery(identity);
const DAY = 24 * 3600;

/** Somebody who waits, and the code that they are shown. */
async function waiting() {
  const account = await newAccount({ withCodes: true });
  const token = await beginWithPassword(account);
  expect(await recovery.codeFor(await progressOf(token))).toBeNull();
  await recovery.enterCode(await progressOf(token), last('code', account.email));
  const code = (await recovery.codeFor(await progressOf(token))) ?? '';
  return { account, token, code };
}

describe('a way back goes on in another browser', () => {
  it('with the code that the page of the wait shows, once, and then no more in the one from before (ASVS 6.6.2)', async () => {
    const { account, token, code } = await waiting();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    const before = await progressOf(token);
    const moved =
      (await recovery.resume(` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')}`)) ?? '';
    expect(await progressOf(moved)).toEqual(before);
    expect(await recovery.find(token)).toBeNull();
    expect(await recovery.pastOf(token)).toBe('moved');
    expect(await recovery.pastOf(moved)).toBeNull();
    expect(await recovery.resume(code)).toBeNull();
    const next = await recovery.codeFor(await progressOf(moved));
    expect(next).not.toBe(code);
    const events = await database
      .selectFrom('security_event')
      .select('kind')
      .where('account_id', '=', account.id)
      .where('kind', '=', 'recovery-moved')
      .execute();
    expect(events).toHaveLength(1);
  });

  it('by one of 20 who enter it side by side (ASVS 2.3.4)', async () => {
    const { code } = await waiting();
    const all = await Promise.all(Array.from({ length: 20 }, () => recovery.resume(code)));
    expect(all.filter((token) => token !== null)).toHaveLength(1);
  });

  it('with another key for an app than the browser that is left may have seen', async () => {
    const { token, code } = await waiting();
    clock.advance(3 * DAY);
    const seen = await recovery.enrolling(await progressOf(token), 'Firefox');
    const moved = (await recovery.resume(code)) ?? '';
    const fresh = await recovery.enrolling(await progressOf(moved), 'Firefox');
    expect(seen?.secret).toHaveLength(32);
    expect(fresh?.secret).toHaveLength(32);
    expect(fresh?.secret).not.toBe(seen?.secret);
  });

  it('with a password of its own, not the one that was chosen in the browser that is left', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await begin('both', account.email);
    await enterCode(token, account);
    await recovery.confirm(await progressOf(token), factors.backupCode, account.codes[0] ?? '');
    const code = (await recovery.codeFor(await progressOf(token))) ?? '';
    clock.advance(3 * DAY);
    const chosen = await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN);
    expect(chosen.is).toBe('next');
    expect((await progressOf(token)).stage).toBe('authenticator');
    const moved = (await recovery.resume(code)) ?? '';
    expect((await progressOf(moved)).stage).toBe('new-password');
    // Nor one that was on its way while it moved.
    const next = (await recovery.codeFor(await progressOf(moved))) ?? '';
    const [late, again] = await Promise.all([
      recovery.choosePassword(await progressOf(moved), NEW_PASSWORD, UNKNOWN),
      recovery.resume(next),
    ]);
    expect([late.is, (await progressOf(again ?? '')).stage]).toEqual(['gone', 'new-password']);
  });

  it('not once it was stopped', async () => {
    const { account, token, code } = await waiting();
    const moved = (await recovery.resume(code)) ?? '';
    const next = (await recovery.codeFor(await progressOf(moved))) ?? '';
    expect(await recovery.cancel(last('recovery-begun', account.email))).toBe(true);
    expect(await recovery.resume(next)).toBeNull();
    for (const browser of [token, moved]) expect(await recovery.pastOf(browser)).toBe('stopped');
    clock.advance(40 * DAY);
    expect(await recovery.pastOf(moved)).toBeNull();
  });

  it('also when the wait is over, and not when it was left open too long', async () => {
    const { code } = await waiting();
    clock.advance(4 * DAY);
    const moved = (await recovery.resume(code)) ?? '';
    const progress = await progressOf(moved);
    expect(progress.stage).toBe('authenticator');
    const next = (await recovery.codeFor(progress)) ?? '';
    clock.advance(40 * DAY);
    expect(await recovery.resume(next)).toBeNull();
  });

  it('with nothing that reads the table: what is stored is a digest and sealed', async () => {
    const { code } = await waiting();
    const rows = await database.selectFrom('recovery').selectAll().execute();
    for (const value of rows.flatMap((row) => Object.values(row)))
      if (Buffer.isBuffer(value)) expect(value.includes(code)).toBe(false);
  });
});
