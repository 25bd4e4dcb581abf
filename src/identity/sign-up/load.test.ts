import { expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { freshDatabase } from '../../testing/database.ts';
import { testIdentity } from '../../testing/identity.ts';
import { solve } from '../../testing/proof.ts';
import { readPolicy } from '../policy/index.ts';

const app = await testApp();
const LOAD = readPolicy({ profile: 'standard' }).signUpLoad;

let serial = 0;
const newEmail = () => `crowd${++serial}@example.org`;
const decoded = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const challengeOf = (body: string) => decoded(/ challenge="([^"]+)"/.exec(body)?.[1] ?? '');
const ticketOf = (body: string) => /name="proofWait" value="([^"]+)"/.exec(body)?.[1] ?? '';

/** As many begin as make the next one prove itself. */
async function crowd() {
  app.clock.advance(LOAD.minutes * 60);
  for (let n = 0; n < LOAD.fromNetwork; n++) {
    const { statusCode, body } = await app.visit().get('/sign-up');
    expect(statusCode).toBe(200);
    expect(body).not.toContain('portico-proof');
    const answer = await app.visit().post('/sign-up', { email: newEmail() }, '/sign-up');
    expect(answer.headers.location).toBe('/sign-up/code');
  }
}

it('asks for a proof of work from the thirty-first on of a network in ten minutes (ASVS 2.4.1)', async () => {
  await crowd();
  const visit = app.visit();
  const page = await visit.get('/sign-up');
  expect(page.body).toContain('Checking that you are not a robot. This takes a second.');

  const email = newEmail();
  const refused = await visit.post('/sign-up', { email });
  expect(refused.statusCode).toBe(422);
  expect(refused.body).toContain('<title>Error: ');
  expect(refused.body).toContain('href="#proof"');
  expect(refused.body).toContain(`value="${email}"`);
  expect(await app.mailTo(email)).toEqual([]);

  const proof = await solve(challengeOf(refused.body));
  const accepted = await visit.post('/sign-up', { email, proof });
  expect(accepted.headers.location).toBe('/sign-up/code');
  expect(await app.mailTo(email)).toHaveLength(1);
  const again = await visit.post('/sign-up', { email: newEmail(), proof }, '/sign-up?again');
  expect(again.statusCode).toBe(422);

  app.clock.advance(LOAD.minutes * 60);
  const later = await app.visit().post('/sign-up', { email: newEmail() }, '/sign-up');
  expect(later.headers.location).toBe('/sign-up/code');
});

it('lets in who cannot work once they have waited, counted from the first page', async () => {
  await crowd();
  const visit = app.visit();
  const email = newEmail();
  const page = await visit.get('/sign-up');
  expect(page.body).toContain('wait 30 seconds before you press the button');
  app.clock.advance(12);
  const early = await visit.post('/sign-up', { email, proof: '', proofWait: ticketOf(page.body) });
  expect(early.statusCode).toBe(422);
  expect(early.body).toContain('Wait 18 seconds, then press');
  const mistaken = await visit.post('/sign-up', { email: '@', proof: '', proofWait: ticketOf(early.body) });
  expect(mistaken.body).toContain('wait 18 seconds before you press the button');
  app.clock.advance(18);
  const ready = await visit.post('/sign-up', { email: '@', proof: '', proofWait: ticketOf(mistaken.body) });
  expect(ready.body).toContain('You can press the button now');
  const waited = await visit.post('/sign-up', { email, proof: '', proofWait: ticketOf(ready.body) });
  expect(waited.headers.location).toBe('/sign-up/code');
});

it('says the same whether or not the address has an account (ASVS 6.3.8)', async () => {
  await crowd();
  const { newAccount } = await testIdentity(app);
  const known = await newAccount();
  const answers = [];
  for (const email of [known.email, newEmail()]) {
    const { body, statusCode } = await app.visit().post('/sign-up', { email }, '/sign-up');
    const plain = body
      .replaceAll(email, '')
      .replaceAll(/name="(_csrf|proofWait)" value="[^"]+"/g, '')
      .replaceAll(/ challenge="[^"]+"/g, '');
    answers.push({ statusCode, plain });
  }
  expect(answers[0]).toEqual(answers[1]);
});

it('counts networks apart and everybody together, and only what was begun lately', async () => {
  const signUpLoad = { minutes: 10, inAll: 6, fromNetwork: 3 };
  const { signUp, clock } = await testIdentity(await freshDatabase(), { policy: { signUpLoad } });
  const begin = (network: string) => signUp.begin(newEmail(), { language: 'en', network });
  const [here, there, elsewhere] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
  await begin(here);
  await begin(here);
  expect(await signUp.isUnderLoad(here)).toBe(false);
  clock.advance(1);
  await begin(here);
  expect(await signUp.isUnderLoad(here)).toBe(true);
  expect(await signUp.isUnderLoad(there)).toBe(false);
  for (let n = 0; n < 3; n++) await begin(there);
  expect(await signUp.isUnderLoad(elsewhere)).toBe(true);
  clock.advance(10 * 60 - 1);
  expect(await signUp.isUnderLoad(elsewhere)).toBe(false);
  expect(await signUp.isUnderLoad(there)).toBe(true);
  clock.advance(1);
  expect(await signUp.isUnderLoad(there)).toBe(false);
});
