import { describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { signIn, signUp } from '../../testing/people.ts';

const app = await testApp({ people: true });
const AMINA = {
  email: 'amina',
  password: 'copper-lantern-harbor-42',
  secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
};
const MORE = 'Sign in to see what happened so far';

describe('the public status', () => {
  it('takes a receipt number however it is typed, and asks again for what is none', async () => {
    const { visit } = await signIn(app, AMINA);
    const receipt = /\/cases\/(ARC\d{10})/.exec((await visit.get('/cases')).body)?.[1] ?? '';
    const ask = async (typed: string) => app.visit().get(`/status?receipt=${encodeURIComponent(typed)}`);
    for (const typed of [receipt, `${receipt.toLowerCase().replace('arc', 'arc ')}.`, `No: ${receipt}`]) {
      const { statusCode, body } = await ask(typed);
      expect([statusCode, body.includes(`>${receipt}<`)]).toEqual([200, true]);
    }
    for (const typed of [`${receipt}\u00001`, '%_', 'N-2026-000123', 'x'.repeat(5000)])
      expect((await ask(typed)).statusCode).toBe(422);
  });

  it('leads its own person to the case, others to where it is added, and a stranger to sign in', async () => {
    const { visit: amina } = await signIn(app, AMINA);
    const { visit: other } = await signUp(app);
    const receipt = /\/cases\/(ARC\d{10})/.exec((await amina.get('/cases')).body)?.[1] ?? '';
    const path = `/status?receipt=${receipt}`;
    const own = (await amina.get(path)).body;
    expect([own.includes(`href="/cases/${receipt}"`), own.includes(MORE)]).toEqual([true, false]);
    const theirs = (await other.get(path)).body;
    expect(theirs).not.toContain(`href="/cases/${receipt}"`);
    expect([theirs.includes('Add it to your account'), theirs.includes(MORE)]).toEqual([true, false]);
    const nobodys = (await app.visit().get(path)).body;
    expect(nobodys).not.toContain('/cases/');
    expect(nobodys).toContain(MORE);
  });
});
