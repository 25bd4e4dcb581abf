import { describe, expect, it } from 'vitest';
import { testApp, type Visit } from '../../../testing/app.ts';
import { type Newcomer, signIn, signUp } from '../../../testing/people.ts';

const app = await testApp();
const DEVICE = '__Host-portico-device';
const tokensIn = (visit: Visit) => visit.cookies.get(DEVICE)?.split('.') ?? [];

const toldOfNewDevice = async ({ email }: Newcomer) =>
  (await app.mailTo(email)).filter(({ subject }) => subject.startsWith('New sign-in')).length;

describe('a browser of several people', () => {
  it('is a known device of each of them, whoever signed in last', async () => {
    const visit = app.visit();
    const [mother, son] = [await signUp(app, { visit }), await signUp(app, { visit })];
    expect(tokensIn(visit)).toHaveLength(2);
    for (const person of [mother, son, mother]) {
      await visit.post('/sign-out', {});
      expect((await signIn(app, person, visit)).answer.headers.location).toBe('/home');
      expect(tokensIn(visit)).toHaveLength(2);
    }
    for (const person of [mother, son]) expect(await toldOfNewDevice(person)).toBe(0);
    const elsewhere = app.visit();
    await signIn(app, mother, elsewhere);
    expect(await toldOfNewDevice(mother)).toBe(1);
  });

  it('is known for five, and forgets whoever came first', async () => {
    const visit = app.visit();
    const first = await signUp(app, { visit });
    const [token] = tokensIn(visit);
    for (let more = 0; more < 4; more++) await signUp(app, { visit });
    expect(tokensIn(visit)).toContain(token);
    await signUp(app, { visit });
    expect(tokensIn(visit)).toHaveLength(5);
    expect(tokensIn(visit)).not.toContain(token);
    await visit.post('/sign-out', {});
    await signIn(app, first, visit);
    expect(await toldOfNewDevice(first)).toBe(1);
  });
});
