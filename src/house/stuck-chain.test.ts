import { expect, it } from 'vitest';
import { connect, takeTransactionLock } from '../platform/database/index.ts';
import { testApp } from '../testing/app.ts';
import { signUp } from '../testing/people.ts';

const app = await testApp();

it('somebody who holds the chain of events for long has whoever signs in try again, and lose nothing', async () => {
  const person = await signUp(app);
  const visit = app.visit();
  const signIn = () =>
    visit.post('/sign-in', { identifier: person.email, password: person.password }, '/sign-in');
  const holder = connect(app.url, 1);
  await holder.database.transaction().execute(async (transaction) => {
    await takeTransactionLock(transaction, 'chain');
    const answer = await visit.post(
      '/sign-in',
      { identifier: person.email, password: 'wrong-7319' },
      '/sign-in',
    );
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).toContain('Please wait a few seconds, then try again.');
    expect(answer.body).not.toContain(person.email);
    expect((await visit.get('/')).statusCode).toBe(200);
  });
  await holder.close();
  expect((await signIn()).headers.location).toBe('/sign-in/code');
});
