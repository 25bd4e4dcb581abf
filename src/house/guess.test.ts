import { expect, it } from 'vitest';
import { testApp, type Visit } from '../testing/app.ts';
import { signIn, signUp } from '../testing/people.ts';

const ADDRESSES = 50;

const app = await testApp({ environment: { PORTICO_TRUSTED_PROXIES: '127.0.0.1' } });

it('fifty addresses that guess at one account get nowhere, and its owner signs in at the first try on a known device', async () => {
  const person = await signUp(app);
  const { visit: telephone } = await signIn(app, person);
  const strangers = await Promise.all(
    Array.from({ length: ADDRESSES }, async (_, n) => {
      const visit = app.visit();
      await visit.get('/sign-in', from(n));
      return visit;
    }),
  );
  const guessed = new Map<number, number>();
  let guesses = 0;
  const guess = async (visit: Visit, n: number) => {
    // Every tenth guess is the right password: that nobody learns.
    const password = ++guesses > ADDRESSES && guesses % 10 === 0 ? person.password : `a guess ${guesses}`;
    const fields = { identifier: person.email, password, _csrf: visit.token() };
    const { statusCode } = await visit.postRaw('/sign-in', fields, from(n));
    guessed.set(statusCode, (guessed.get(statusCode) ?? 0) + 1);
  };
  for (let round = 0; round < 4; round++) {
    for (const [n, visit] of strangers.entries()) await guess(visit, n);
    await telephone.post('/sign-out', {}, '/home');
    const { answer } = await signIn(app, person, telephone);
    expect(answer.headers.location).toBe('/home');
    expect((await telephone.get('/home')).statusCode).toBe(200);
  }
  expect([...guessed.keys()]).toEqual([422]);
  expect(guesses).toBe(4 * ADDRESSES);
});

const from = (n: number) => ({ 'x-forwarded-for': `198.51.100.${n}` });
