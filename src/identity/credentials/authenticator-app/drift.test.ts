import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { testSignIn } from '../../../testing/sign-in.ts';
import { readPolicy } from '../../index.ts';
import { currentCode } from './index.ts';

const PROFILES = ['standard', 'strict'] as const;

describe.each(PROFILES)('codes of an app in %s', async (profile) => {
  const identity = await testIdentity(await freshDatabase(), { policy: readPolicy({ profile }) });
  const { database, clock, sessions, apps, newAccount } = identity;
  const { app, pass, codeOf } = testSignIn(identity);
  const isStrict = profile === 'strict';

  /** Waits until a new code begins to show. */
  const untilNextStep = () => clock.advance(30 - ((clock.now().getTime() / 1000) % 30));

  it('sign in while they show, and a step later only where the policy lets clocks go wrong (ASVS 6.5.5)', async () => {
    untilNextStep();
    const account = await newAccount();
    const code = codeOf(account);
    clock.advance(29.999);
    expect((await app(await pass(account), code)).is).toBe('right');
    untilNextStep();
    const next = codeOf(account);
    clock.advance(30);
    expect((await app(await pass(account), next)).is).toBe(isStrict ? 'wrong' : 'right');
    const later = codeOf(account);
    clock.advance(60);
    expect((await app(await pass(account), later)).is).toBe('wrong');
    expect((await app(await pass(account), codeOf(account))).is).toBe('right');
  });

  it('that bound an app do not sign in too, and the next one does, so that nobody waits longer than for that (ASVS 6.5.1)', async () => {
    untilNextStep();
    const account = await newAccount();
    const found = await sessions.find(
      await sessions.begin(database, account.id, { proven: true, deviceId: null }),
    );
    if (found.is !== 'live') throw new Error(found.is);
    const secret = (await apps.offer(found.session)) ?? '';
    const late = currentCode(secret, clock.now()).code;
    clock.advance(30);
    if (isStrict) expect(await apps.add(found.session, { code: late, name: null })).toEqual({ is: 'wrong' });
    const { code } = currentCode(secret, clock.now());
    expect(await apps.add(found.session, { code, name: null })).toEqual({ is: 'added' });
    const token = await pass(account);
    expect((await app(token, code)).is).toBe('wrong');
    clock.advance(30);
    expect((await app(token, code)).is).toBe('wrong');
    expect((await app(token, currentCode(secret, clock.now()).code)).is).toBe('right');
  });
});
