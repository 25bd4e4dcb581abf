import { describe, expect, it } from 'vitest';
import { softAuthenticator } from '../../../testing/authenticator.ts';
import { freshDatabase, waitingForLocks } from '../../../testing/database.ts';
import { SITE, testIdentity } from '../../../testing/identity.ts';
import { NEW_PASSWORD, testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN } from '../../../testing/sign-in.ts';
import { lockAccount } from '../../core/accounts/index.ts';
import { forgetDevices, know, newDeviceToken } from '../../core/devices/index.ts';
import { endRecoveries } from '../../core/open-recoveries/index.ts';
import { bindApp, newAppSecret } from '../../credentials/authenticator-app/index.ts';

const identity = await testIdentity(await freshDatabase());
const { apps, backupCodes, clock, database, factors, passkeys, sessions, signIn, vault } = identity;
const {
  appCode,
  begin,
  beginWithPassword,
  enterCode,
  kindsTo,
  last,
  newAccount,
  openLink,
  progressOf,
  recovery,
} = testRecovery(identity);
type Account = Awaited<ReturnType<typeof newAccount>>;

async function ownerOf({ id: accountId, key }: Account) {
  const found = await sessions.find(
    await sessions.begin(database, accountId, { proven: true, deviceId: null }),
  );
  if (found.is !== 'live') throw new Error(found.is);
  return { id: found.session.id, accountId, key };
}

/** Somebody for whom all is proven, by what another may have taken. */
async function byApp(account: Account) {
  await begin('password', account.email);
  const token = (await openLink(last('link', account.email))) ?? '';
  await recovery.confirm(await progressOf(token), factors.app, appCode(account.secret));
  return token;
}

describe('what is proven with an authenticator ends when its owner takes it away (ASVS 6.5.6)', () => {
  it('an app that is removed, before the new password is chosen', async () => {
    const account = await newAccount();
    const { id, key } = account;
    await bindApp(database, clock, { accountId: id, key, secret: newAppSecret(), step: null });
    const token = await byApp(account);
    const progress = await progressOf(token);
    expect(progress.stage).toBe('new-password');
    const owner = await ownerOf(account);
    const [lost] = await apps.list(owner);
    expect(await apps.remove(owner, lost?.id ?? '')).toEqual({ is: 'removed' });
    expect(await recovery.find(token)).toBeNull();
    expect(await recovery.choosePassword(progress, NEW_PASSWORD, UNKNOWN)).toEqual({ is: 'gone' });
  });

  it('a passkey that is removed', async () => {
    const account = await newAccount();
    const owner = await ownerOf(account);
    const purpose = { for: 'enrolment', of: owner.id } as const;
    const options = await passkeys.offer(owner, {
      purpose,
      agency: 'Arcadia',
      login: account.email,
      fullName: 'Quill',
    });
    if (options === null) throw new Error('enough');
    const { answer } = softAuthenticator({ origin: SITE }).create(options);
    const added = await passkeys.add(owner, { purpose, answer, name: 'Phone' });
    if (added.is !== 'added') throw new Error(added.is);
    const token = await byApp(account);
    expect(await passkeys.remove(owner, added.id, Object.values(factors))).toEqual({ is: 'removed' });
    expect(await recovery.find(token)).toBeNull();
  });

  it('a backup code of a set that is replaced, while its hold runs', async () => {
    const account = await newAccount({ withCodes: true });
    const token = await begin('both', account.email);
    await enterCode(token, account);
    await recovery.confirm(await progressOf(token), factors.backupCode, account.codes[0] ?? '');
    expect((await progressOf(token)).stage).toBe('hold');
    expect(kindsTo(account.email)).toEqual(['code', 'backup-code-used', 'recovery-begun']);
    const owner = await ownerOf(account);
    await backupCodes.make(owner);
    expect((await progressOf(token)).stage).toBe('hold');
    await backupCodes.keep(owner, (await backupCodes.read(owner))?.id ?? '');
    expect(await recovery.find(token)).toBeNull();
  });

  it('a password that was changed since it was given', async () => {
    const account = await newAccount();
    const step = await signIn.checkPassword({
      identifier: account.email,
      password: account.password,
      returnTo: '/',
      browser: UNKNOWN,
      prove: async () => ({ is: 'proven' }) as const,
    });
    if (step.is !== 'needs-factor') throw new Error(step.is);
    const waiting = await signIn.waiting(step.token);
    if (waiting === null) throw new Error('nobody waits');
    // What a change of the password does first.
    await database.deleteFrom('sign_in').where('account_id', '=', account.id).execute();
    const from = { language: 'en', network: '192.0.2.1', browser: UNKNOWN };
    expect(await recovery.beginWithPassword(waiting.challenged, from)).toBeNull();
    expect(await beginWithPassword(account)).not.toBeNull();
  });

  it('whatever is left open: an emailed link goes on for an hour (ASVS 7.3.1)', async () => {
    const account = await newAccount();
    const token = await byApp(account);
    clock.advance(3600);
    expect(await recovery.find(token)).toBeNull();
  });
});

it('a link that lifts a wait waits for what ends all ways back, and neither fails', async () => {
  const account = await newAccount();
  const known = { tokens: [newDeviceToken(vault)], userAgent: '' };
  const [token = ''] = known.tokens;
  await know(database, clock, { accountId: account.id, token, userAgent: '', rememberUntil: null });
  await begin('nothing', account.email);
  const opening = await database.transaction().execute(async (transaction) => {
    await lockAccount(transaction, account.id);
    await forgetDevices(transaction, account.id);
    const opened = recovery.openLink(last('link', account.email), known);
    await expect.poll(() => waitingForLocks(database)).toBe(1);
    await endRecoveries(transaction, clock, account.id);
    return { opened };
  });
  expect(await opening.opened).toEqual({ is: 'gone' });
});
