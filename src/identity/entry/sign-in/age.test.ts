import { expect, it } from 'vitest';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';

const { clock, signIn, newAccount } = await testIdentity(await freshDatabase());

it('takes a password after ten years, without asking for another (ASVS 6.2.10)', async () => {
  const { email, password } = await newAccount();
  clock.advance(10 * 365 * 24 * 3600);
  const result = await signIn.checkPassword({
    identifier: email,
    password,
    returnTo: '/',
    browser: { tokens: [], userAgent: '' },
    prove: async () => ({ is: 'proven' }),
  });
  expect(result.is).toBe('needs-factor');
});
