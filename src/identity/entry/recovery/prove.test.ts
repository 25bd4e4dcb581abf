import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { testSignIn, UNKNOWN } from '../../../testing/sign-in.ts';
import type { Browser } from '../../core/devices/index.ts';
import { accountSubject, WAY_BACK_DEVICE } from '../../core/throttling/index.ts';
import type { Factor } from '../../credentials/factors/index.ts';

const identity = await testIdentity(await freshDatabase());
const { clock, database, factors, policy, signIn } = identity;
const { app, given, pass, wrongCode } = testSignIn(identity);
const { appCode, begin, bindNew, enterCode, last, newAccount, progressOf, recovery } = testRecovery(identity);
const DAY = 24 * 3600;
const END = policy.failures.disable;
type Account = Awaited<ReturnType<typeof newAccount>>;

const answered = async (token: string, answer: string, factor: Factor = factors.app) =>
  (await recovery.confirm(await progressOf(token), factor, answer)).is;
/** A way back by a lost password, at its second step. */
async function atSecondStep({ email }: Account, opens: Browser = UNKNOWN, asks: Browser = opens) {
  await begin('password', email, asks);
  const opened = await recovery.openLink(last('link', email), opens);
  if (opened.is !== 'next') throw new Error(opened.is);
  return opened.token;
}
/** A browser from which the owner signed in before. */
async function knownOf(account: Account): Promise<Browser> {
  const right = given(appCode(account.secret));
  const result = await signIn.checkFactor(await pass(account), factors.app, right);
  if (result.is !== 'right') throw new Error(result.is);
  clock.advance(31);
  return { tokens: [result.value.deviceToken], userAgent: '' };
}
/** A stranger who has the password fails at the door until the app is disabled there. */
async function disabledAtTheDoor(account: Account) {
  for (let tries = 0; tries < END; tries++) {
    expect((await app(await pass(account), wrongCode(account))).is).toBe('wrong');
    clock.advance(policy.failures.longestWaitSeconds);
  }
  expect((await app(await pass(account), appCode(account.secret))).is).toBe('disabled');
}

describe('a second step that a stranger disabled at the door', () => {
  it('works on a way back, in a new browser, after the link that ends a wait and in a known one', async () => {
    const account = await newAccount();
    const known = await knownOf(account);
    await disabledAtTheDoor(account);
    await begin('nothing', account.email);
    const lifted = await recovery.openLink(last('link', account.email), UNKNOWN);
    if (lifted.is !== 'lifted') throw new Error(lifted.is);
    for (const browser of [UNKNOWN, { tokens: [lifted.deviceToken], userAgent: '' }, known]) {
      const token = await atSecondStep(account, browser);
      expect(await answered(token, appCode(account.secret))).toBe('right');
      clock.advance(31);
    }
  });

  it('still has waits and an end there, for all who are not known together (ASVS 6.3.1)', async () => {
    const account = await newAccount();
    const known = await knownOf(account);
    const right = () => appCode(account.secret);
    const { wait } = policy.failures;
    const token = await atSecondStep(account);
    for (let tries = 0; tries < wait; tries++)
      expect(await answered(token, wrongCode(account))).toBe('wrong');
    expect(await answered(token, right())).toBe('wait');
    expect(await answered(await atSecondStep(account), right())).toBe('wait');
    // The door is another count, and so is a browser that the owner signed in from.
    expect((await app(await pass(account), right())).is).toBe('right');
    clock.advance(31);
    expect(await answered(await atSecondStep(account, known), right())).toBe('right');
    await database
      .updateTable('throttle')
      .set({ failures: END - 1, wait_until: null })
      .where('device', '=', WAY_BACK_DEVICE)
      .execute();
    expect(await answered(token, wrongCode(account))).toBe('wrong');
    clock.advance(DAY);
    expect(await answered(await atSecondStep(account), right())).toBe('disabled');
    expect(await answered(await atSecondStep(account, known), right())).toBe('right');
  });

  it('is counted for the browser that opened the link, not for the one that asked for it', async () => {
    const account = await newAccount();
    const known = await knownOf(account);
    const token = await atSecondStep(account, UNKNOWN, known);
    for (let tries = 0; tries < policy.failures.wait; tries++)
      expect(await answered(token, wrongCode(account))).toBe('wrong');
    expect(await answered(await atSecondStep(account, known), appCode(account.secret))).toBe('right');
  });

  it('begins anew with the second step that was made anew', async () => {
    const account = await newAccount({ withCodes: true });
    const [code = ''] = account.codes;
    await database
      .insertInto('throttle')
      .values({
        subject: accountSubject(account.id),
        device: WAY_BACK_DEVICE,
        kind: 'authenticator-app',
        failures: END,
        updated_at: clock.now(),
      })
      .execute();
    expect(await answered(await atSecondStep(account), appCode(account.secret))).toBe('disabled');
    const token = await begin('both', account.email);
    await enterCode(token, account);
    expect(await answered(token, code, factors.backupCode)).toBe('right');
    clock.advance(3 * DAY);
    await recovery.choosePassword(await progressOf(token), NEW_PASSWORD, UNKNOWN);
    const secret = (await recovery.enrolling(await progressOf(token), 'Firefox'))?.secret ?? '';
    expect((await bindNew(await progressOf(token), appCode(secret))).is).toBe('returned');
    clock.advance(31);
    expect(await answered(await atSecondStep(account), appCode(secret))).toBe('right');
  });
});
