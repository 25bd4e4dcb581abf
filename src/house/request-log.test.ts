import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testApp } from '../testing/app.ts';
import { signIn, signUp } from '../testing/people.ts';

const Line = z.looseObject({ msg: z.string(), route: z.string().optional() });
const lines: string[] = [];
const app = await testApp({ log: { write: (line) => void lines.push(line) } });
const person = await signUp(app, { email: 'ines@example.org' });

/** The lines of the requests that something made. */
async function requestsOf(work: () => Promise<unknown>) {
  lines.length = 0;
  await work();
  return lines.map((line) => Line.parse(JSON.parse(line))).filter(({ msg }) => msg === 'request');
}

/** The line of the last of them. */
const lastOf = async (work: () => Promise<unknown>) => (await requestsOf(work)).at(-1);

describe('the line of a request', () => {
  it('says how a try to sign in went, also one that waits or never gets to its second step (ASVS 16.3.1)', async () => {
    const visit = app.visit();
    const tryWith = (password: string) =>
      lastOf(() => visit.post('/sign-in', { identifier: person.email, password }, '/sign-in'));
    expect(await tryWith('not-the-one')).toMatchObject({ route: '/sign-in', status: 422, outcome: 'wrong' });
    expect(await tryWith(person.password)).toMatchObject({ status: 303, outcome: 'needs-factor' });
    const code = () => lastOf(() => visit.post('/sign-in/code', { code: '000000' }, '/sign-in/code'));
    expect(await code()).toMatchObject({ route: '/sign-in/code', status: 422, outcome: 'wrong' });
    for (let tries = 0; tries < 9; tries++) await code();
    expect(await code()).toMatchObject({ status: 429, outcome: 'wait' });
  });

  it('says who asked for what they may not have, and why it was refused (ASVS 16.2.1, 16.3.2, 16.3.3)', async () => {
    const { visit } = await signIn(app, person);
    const accountId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await lastOf(() => visit.get('/cases/ARC2690001986'))).toMatchObject({
      route: '/cases/:receipt',
      status: 404,
      account: accountId,
    });
    expect(await lastOf(() => visit.postRaw('/account/name', { name: 'x' }))).toMatchObject({
      status: 403,
      account: accountId,
      why: 'FST_CSRF_INVALID_TOKEN',
    });
    expect(await lastOf(() => app.visit().get('/home'))).toMatchObject({ status: 303, why: 'signed-out' });
    app.clock.advance(11 * 60);
    expect(await lastOf(() => visit.get('/account/security/password'))).toMatchObject({
      status: 303,
      account: accountId,
      why: 'step-up',
    });
  });

  it('names the fields that were refused, and nothing that was typed (ASVS 16.2.5)', async () => {
    const typed = 'somebody\u0000@example.org';
    expect(await lastOf(() => app.visit().post('/sign-up', { email: typed }, '/sign-up'))).toMatchObject({
      status: 422,
      why: 'input',
      fields: ['email'],
    });
    expect(lines.join('')).not.toContain('somebody');
  });

  it('says that a limit was reached', async () => {
    const visit = app.visit();
    const asked = await requestsOf(async () => {
      for (let n = 0; n < 61; n++) await visit.get('/status?receipt=ARC2690001986');
    });
    expect(asked.at(-1)).toMatchObject({ status: 429, why: 'limit' });
  });
});
