import { describe, expect, it } from 'vitest';
import { type Answer, testApp } from '../testing/app.ts';
import { PASSWORD, signUp } from '../testing/people.ts';

const app = await testApp({ people: true });
const known = await signUp(app);
const KNOWN = { email: known.email, username: 'amina' };
const UNKNOWN = { email: known.email.replace('person', 'nobody'), username: 'nobod' };

/** What an answer tells, without what differs for everybody: tokens, the date, counts, and what was typed. */
function told({ statusCode, headers, body }: Answer, typed: string) {
  const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.replace(/=[^;]+/, '=…'));
  const { date: _d, 'content-length': _l, 'set-cookie': _c, 'x-ratelimit-remaining': _r, ...rest } = headers;
  const plain = body
    .replaceAll(/name="(_csrf|proofWait)" value="[^"]+"/g, '')
    .replaceAll(/challenge="[^"]+"/g, '')
    .replaceAll(/max="\d+"/g, '')
    .replaceAll(typed.includes('@') ? typed : `value="${typed}"`, '…');
  return { statusCode, headers: rest, cookies, body: plain };
}

describe('whether an account exists does not show', () => {
  it.each(['email', 'username'] as const)(
    'when signing in by %s, right up to the wait (ASVS 6.3.8)',
    async (kind) => {
      const answers = async (identifier: string) => {
        // Each in a window of its own of the count of requests.
        app.clock.advance(301);
        const visit = app.visit();
        const seen = [];
        let proofWait = '';
        for (let failure = 0; failure < 12; failure++) {
          // From the fifth on somebody without script waits before each.
          if (proofWait !== '') app.clock.advance(30);
          const fields = { identifier, password: 'a wrong one', ...(proofWait === '' ? {} : { proofWait }) };
          const answer = await visit.post('/sign-in', fields, '/sign-in');
          proofWait = /name="proofWait" value="([^"]+)"/.exec(answer.body)?.[1] ?? '';
          seen.push(told(answer, identifier));
        }
        return seen;
      };
      const [existing, missing] = [await answers(KNOWN[kind]), await answers(UNKNOWN[kind])];
      expect(existing).toEqual(missing);
      expect(new Set(existing.map(({ statusCode }) => statusCode))).toEqual(new Set([422, 429]));
    },
  );

  it('when signing in by what is like a username but for the script of its digits (ASVS 6.3.8)', async () => {
    const named = await signUp(app);
    await named.visit.post('/account/username', { username: 'maria77' }, '/account/username');
    const answers = async (name: string) => {
      app.clock.advance(301);
      const visit = app.visit();
      const typed = [name.replace('77', '٧٧'), name];
      const seen = [];
      for (const identifier of typed.flatMap((each) => Array.from({ length: 6 }, () => each)))
        seen.push(
          told(await visit.post('/sign-in', { identifier, password: 'wrong' }, '/sign-in'), identifier),
        );
      return seen;
    };
    expect(await answers('maria77')).toEqual(await answers('petra77'));
  });

  it('when signing up, at any step before the address is proved (ASVS 6.3.8)', async () => {
    app.clock.advance(301);
    const answers = async (email: string) => {
      const visit = app.visit();
      const seen = [
        told(await visit.post('/sign-up', { email }, '/sign-up'), email),
        told(await visit.get('/sign-up/code'), email),
      ];
      for (let again = 0; again < 7; again++)
        seen.push(told(await visit.post('/sign-up/code/resend'), email));
      seen.push(told(await visit.get('/sign-up/code?resent'), email));
      for (let failure = 0; failure < 12; failure++)
        seen.push(told(await visit.post('/sign-up/code', { code: '000000' }), email));
      seen.push(told(await visit.get('/sign-up/password'), email), told(await visit.get('/sign-up'), email));
      return seen;
    };
    expect(await answers(KNOWN.email)).toEqual(await answers(UNKNOWN.email));
    const [toKnown, toUnknown] = [await app.mailTo(KNOWN.email), await app.mailTo(UNKNOWN.email)];
    // Two more were sent while the account was made, and when it was.
    expect(toKnown).toHaveLength(toUnknown.length + 2);
    expect(toKnown.at(-1)?.subject).not.toBe(toUnknown.at(-1)?.subject);
    expect(toKnown.at(-1)?.text).not.toMatch(/\b\d{6}\b/);
    expect(toUnknown.at(-1)?.text).toMatch(/\b\d{6}\b/);
  });

  it.each(['password', 'both'] as const)(
    'when getting back in with %s lost, up to the wait for codes (ASVS 6.3.8)',
    async (lost) => {
      const answers = async (email: string) => {
        app.clock.advance(3601);
        const visit = app.visit();
        const begun = await visit.post(`/recover/${lost}`, { identifier: email }, `/recover/${lost}`);
        const next = String(begun.headers.location);
        expect(begun.statusCode).toBe(303);
        const page = await visit.get(next);
        expect(page.body).toContain(`If ${email} belongs to an account`);
        const seen = [told(begun, email), told(page, email)];
        for (let failure = 0; lost === 'both' && failure < 7; failure++)
          seen.push(told(await visit.post('/recover/code', { code: '000000' }), email));
        for (const page of ['/recover', '/recover/wait', '/recover/confirm/code', next])
          seen.push(told(await visit.get(page), email));
        return seen;
      };
      const [existing, missing] = [await answers(KNOWN.email), await answers(UNKNOWN.email)];
      expect(existing).toEqual(missing);
    },
  );

  it('and a right password is answered like no wrong one, which is the point', async () => {
    const other = await signUp(app);
    const visit = app.visit();
    const answer = await visit.post('/sign-in', { identifier: other.email, password: PASSWORD }, '/sign-in');
    expect(answer.headers.location).toBe('/sign-in/code');
  });
});
