import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { solve } from '../../../testing/proof.ts';
import { testRecovery } from '../../../testing/recovery.ts';
import { UNKNOWN } from '../../../testing/sign-in.ts';
import { readPolicy } from '../../index.ts';

const app = await testApp();
const { newAccount } = await testIdentity(app);
const POLICY = readPolicy({ profile: 'standard' });

const FORMS = [
  { path: '/sign-up', field: 'email', next: '/sign-up/code', table: 'sign_up', load: POLICY.signUpLoad },
  {
    path: '/recover/password',
    field: 'identifier',
    next: '/recover/sent',
    table: 'recovery',
    load: POLICY.recoveryLoad,
  },
  {
    path: '/recover/both',
    field: 'identifier',
    next: '/recover/code',
    table: 'recovery',
    load: POLICY.recoveryLoad,
  },
] as const;

let serial = 0;
const newEmail = () => `crowd${++serial}@example.org`;
const decoded = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const challengeOf = (body: string) => decoded(/ challenge="([^"]+)"/.exec(body)?.[1] ?? '');
const ticketOf = (body: string) => /name="proofWait" value="([^"]+)"/.exec(body)?.[1] ?? '';

describe.each(FORMS)('many who begin at $path', ({ path, field, next, table, load }) => {
  const begun = async () => (await app.database.selectFrom(table).select('id').execute()).length;

  /** As many begin as make the next one prove itself. */
  async function crowd() {
    app.clock.advance(load.minutes * 60);
    for (let n = 0; n < load.fromNetwork; n++) {
      const { statusCode, body } = await app.visit().get(path);
      expect(statusCode).toBe(200);
      expect(body).not.toContain('portico-proof');
      const answer = await app.visit().post(path, { [field]: newEmail() }, path);
      expect(answer.headers.location).toBe(next);
    }
  }

  it('are asked for a proof of work from the thirty-first on of a network in ten minutes (ASVS 2.4.1)', async () => {
    await crowd();
    const before = await begun();
    const visit = app.visit();
    const page = await visit.get(path);
    expect(page.body).toContain('Checking that you are not a robot. This takes a second.');

    const email = newEmail();
    const refused = await visit.post(path, { [field]: email });
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('<title>Error: ');
    expect(refused.body).toContain('href="#proof"');
    expect(refused.body).toContain(`value="${email}"`);
    expect(await begun()).toBe(before);

    const proof = await solve(challengeOf(refused.body));
    const accepted = await visit.post(path, { [field]: email, proof });
    expect(accepted.headers.location).toBe(next);
    expect(await begun()).toBe(before + 1);
    const again = await visit.post(path, { [field]: newEmail(), proof }, `${path}?again`);
    expect(again.statusCode).toBe(422);

    app.clock.advance(load.minutes * 60);
    const later = await app.visit().post(path, { [field]: newEmail() }, path);
    expect(later.headers.location).toBe(next);
  });

  it('are let in without the work once they have waited, counted from the first page', async () => {
    await crowd();
    const visit = app.visit();
    const email = newEmail();
    const page = await visit.get(path);
    expect(page.body).toContain('wait 30 seconds before you press the button');
    app.clock.advance(12);
    const early = await visit.post(path, { [field]: email, proof: '', proofWait: ticketOf(page.body) });
    expect(early.statusCode).toBe(422);
    expect(early.body).toContain('Wait 18 seconds, then press');
    const mistaken = await visit.post(path, { [field]: '', proof: '', proofWait: ticketOf(early.body) });
    expect(mistaken.body).toContain('wait 18 seconds before you press the button');
    app.clock.advance(18);
    const ready = await visit.post(path, { [field]: '', proof: '', proofWait: ticketOf(mistaken.body) });
    expect(ready.body).toContain('You can press the button now');
    const waited = await visit.post(path, { [field]: email, proof: '', proofWait: ticketOf(ready.body) });
    expect(waited.headers.location).toBe(next);
  });

  it('are told the same whether or not the address has an account (ASVS 6.3.8)', async () => {
    await crowd();
    const known = await newAccount();
    const answers = [];
    for (const email of [known.email, newEmail()]) {
      const { body, statusCode } = await app.visit().post(path, { [field]: email }, path);
      const plain = body
        .replaceAll(email, '')
        .replaceAll(/name="(_csrf|proofWait)" value="[^"]+"/g, '')
        .replaceAll(/ challenge="[^"]+"/g, '');
      answers.push({ statusCode, plain });
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});

it('asks for the proof too where the way back begins with a right password', async () => {
  app.clock.advance(600);
  const account = await newAccount();
  const visit = app.visit();
  await visit.post('/sign-in', { identifier: account.email, password: account.password }, '/sign-in');
  for (let n = 0; n < POLICY.recoveryLoad.fromNetwork; n++)
    await app.visit().post('/recover/both', { identifier: newEmail() }, '/recover/both');
  expect((await visit.get('/recover/second-step')).body).toContain('portico-proof');
  const refused = await visit.post('/recover/second-step', {});
  expect(refused.statusCode).toBe(422);
  const proof = await solve(challengeOf(refused.body));
  const accepted = await visit.post('/recover/second-step', { proof });
  expect(accepted.headers.location).toBe('/recover/code');
});

it('counts networks apart and everybody together, and only what was begun lately', async () => {
  const load = { minutes: 10, inAll: 6, fromNetwork: 3 };
  const identity = await testIdentity(await freshDatabase(), {
    policy: { signUpLoad: load, recoveryLoad: load },
  });
  const { clock, signUp } = identity;
  const { recovery } = testRecovery(identity);
  const [here, there, elsewhere] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const;
  for (const [begin, isUnderLoad] of [
    [(network: string) => signUp.begin(newEmail(), { language: 'en', network }), signUp.isUnderLoad],
    [
      (network: string) =>
        recovery.begin('password', newEmail(), { language: 'en', network, browser: UNKNOWN }),
      recovery.isUnderLoad,
    ],
  ] as const) {
    await begin(here);
    await begin(here);
    expect(await isUnderLoad(here)).toBe(false);
    clock.advance(1);
    await begin(here);
    expect(await isUnderLoad(here)).toBe(true);
    expect(await isUnderLoad(there)).toBe(false);
    for (let n = 0; n < 3; n++) await begin(there);
    expect(await isUnderLoad(elsewhere)).toBe(true);
    clock.advance(10 * 60 - 1);
    expect(await isUnderLoad(elsewhere)).toBe(false);
    expect(await isUnderLoad(there)).toBe(true);
    clock.advance(1);
    expect(await isUnderLoad(there)).toBe(false);
  }
});
