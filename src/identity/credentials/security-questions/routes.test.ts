import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { makeScope } from '../../../platform/http/index.ts';
import { testApp } from '../../../testing/app.ts';
import { testIdentity } from '../../../testing/identity.ts';
import { appCode, signUp } from '../../../testing/people.ts';
import type { Policy } from '../../core/policy/index.ts';
import { readPolicy } from '../../index.ts';
import { questionRoutes } from './index.ts';

const app = await testApp();
const { database, clock } = app;
const PAGE = '/account/security/questions';
const CHOSEN = {
  question1: 'pet',
  answer1: 'Señor Bigotes',
  question2: 'boss',
  answer2: 'Wilhelmina',
  question3: 'trip',
  answer3: 'Ouagadougou',
};
const ANSWERS = ['Bigotes', 'Wilhelmina', 'Ouagadougou'];

describe('the page of security questions', () => {
  it('asks for a fresh second step before it shows or changes anything (ASVS 7.5.1)', async () => {
    const { visit } = await signUp(app);
    clock.advance(600);
    for (const asked of [
      await visit.get(PAGE),
      await visit.post(PAGE, CHOSEN, '/account/security'),
      await visit.post(`${PAGE}/remove`, {}, '/account/security'),
    ])
      expect(asked.headers.location).toBe(`/account/confirm?return=${encodeURIComponent(PAGE)}`);
    expect(await database.selectFrom('security_question').selectAll().execute()).toEqual([]);
  });

  it('saves what was chosen, shows the questions and never an answer, and removes them', async () => {
    const { visit, email } = await signUp(app);
    expect((await visit.get('/account/security')).body).toContain('Not set');
    const saved = await visit.post(PAGE, CHOSEN);
    expect(saved.headers.location).toBe(`${PAGE}?done=set`);
    const { body } = await visit.follow(saved);
    expect(body).toContain('Name of your first pet');
    for (const answer of ANSWERS) expect(body).not.toContain(answer);
    expect((await visit.get('/account/security')).body).toContain('Set on November 22, 2026');
    expect((await app.mailTo(email)).at(-1)?.subject).toContain('Your security questions were set');
    const removed = await visit.post(`${PAGE}/remove`, {});
    expect(removed.headers.location).toBe(`${PAGE}?done=removed`);
    expect((await visit.follow(removed)).body).toContain('Choose three questions');
  });

  it('says at each field what is wrong, and shows no answer again', async () => {
    const { visit } = await signUp(app);
    for (const [changes, said] of [
      [{ question2: 'pet' }, 'You chose this question already. Choose another one'],
      [{ question2: 'mother' }, 'Choose your second question'],
      [{ question2: '' }, 'Choose your second question'],
      [{ answer3: 'ab' }, 'This answer is too short.'],
      [{ answer3: 'WILHELMINA' }, 'You gave this answer already. Give another one'],
      [{ answer3: '' }, 'Enter your third answer'],
    ] as const) {
      const refused = await visit.post(PAGE, { ...CHOSEN, ...changes }, PAGE);
      expect([refused.statusCode, refused.body.includes(said)]).toEqual([422, true]);
      expect(refused.body).toContain('<title>Error: ');
      for (const answer of ANSWERS) expect(refused.body).not.toContain(answer);
      expect(refused.body).toContain('value="boss"');
      expect(refused.body).toContain('Enter all three again');
    }
  });

  it('says how long to wait where they were chosen over and over', async () => {
    const { visit } = await signUp(app);
    for (let n = 0; n < 5; n++) expect((await visit.post(PAGE, CHOSEN, PAGE)).statusCode).toBe(303);
    const waits = await visit.post(PAGE, CHOSEN, PAGE);
    expect([waits.statusCode, waits.headers['retry-after']]).toEqual([429, '30']);
    expect(waits.body).toContain('You can do it again in 30 seconds');
    for (const answer of ANSWERS) expect(waits.body).not.toContain(answer);
  });

  it('keeps which questions were chosen where a time-out overtakes the form, and no answer', async () => {
    const { visit, ...person } = await signUp(app);
    await visit.get(PAGE);
    clock.advance(31 * 60);
    const late = await visit.post(PAGE, CHOSEN);
    expect(late.headers.location).toContain('/sign-in');
    await visit.post('/sign-in', { identifier: person.email, password: person.password }, '/sign-in');
    await visit.post('/sign-in/code', { code: appCode(app, person.secret) }, '/sign-in/code');
    const { body } = await visit.get(PAGE);
    expect(body).toMatch(/value="boss" selected/);
    for (const answer of ANSWERS) expect(body).not.toContain(answer);
  });

  it('is not there in the profile strict (ASVS 6.4.2)', async () => {
    const identity = await testIdentity(app);
    const at = (policy: Policy) => {
      const server = makeScope(fastify(), 'pages');
      questionRoutes(server, { ...identity, policy });
      return server.hasRoute({ method: 'GET', url: PAGE });
    };
    expect(at(readPolicy({ profile: 'strict' }))).toBe(false);
    expect(at(readPolicy({ profile: 'standard', allows: { securityQuestions: false } }))).toBe(false);
    expect(at(readPolicy({ profile: 'standard' }))).toBe(true);
  });
});
