import { describe, expect, it } from 'vitest';
import { testApp } from '../../../testing/app.ts';
import { appCode, type Newcomer, signIn, signUp } from '../../../testing/people.ts';

const app = await testApp({ people: true });
const { clock, database } = app;
const DAY = 24 * 3600;
const CHANGE = '/account/person/change';

/** Somebody with a notice on paper and no account yet, as the demonstration knows them. */
const NOTICE = { receipt: 'ARC2690005521', accessCode: 'K7Q2-M9XD-4T6B' };
const RIGHT = {
  fullName: 'Wulandari',
  'born-day': '29',
  'born-month': '8',
  'born-year': '1993',
  birthCountry: 'ID',
};

/** Proves both steps anew, with the next code of the app. */
async function confirm({ visit, secret, password }: Newcomer) {
  clock.advance(30);
  for (const [step, answer] of [
    ['code', { code: appCode(app, secret) }],
    ['password', { password }],
  ] as const) {
    const path = `/account/confirm/${step}?${new URLSearchParams({ return: CHANGE, ask: 'both' })}`;
    await visit.post(path, answer, path);
  }
}
const correct = ({ visit }: Newcomer, said: Readonly<Record<string, string>>) =>
  visit.post(CHANGE, said, '/account');
const claim = ({ visit }: Newcomer, said = NOTICE) => visit.post('/cases/add', said, '/cases/add');
const eventsOf = async () =>
  (
    await database
      .selectFrom('security_event')
      .select('kind')
      .where('kind', '=', 'person-corrected')
      .execute()
  ).length;

describe('what a person said when they signed up', () => {
  it('is shown behind a step-up, is corrected with word to the address, and then finds the case (ASVS 7.5.1)', async () => {
    const person = await signUp(app);
    const { visit, email } = person;
    clock.advance(601);
    const unproven = await visit.get('/account/person');
    expect(unproven.headers.location).toMatch(/^\/account\/confirm\?return=/);
    expect((await visit.post(CHANGE, RIGHT, '/account')).headers.location).toMatch(/^\/account\/confirm\?/);
    await confirm(person);
    const refused = await claim(person);
    expect(refused.statusCode).toBe(422);
    expect(refused.body).toContain('href="/account/person"');
    const shown = await visit.get('/account/person');
    for (const text of ['Zdzisława Ngọc Quill', 'February 29, 1988', 'Poland', `href="${CHANGE}#born-day"`])
      expect(shown.body).toContain(text);
    // What was typed before the step-up is there again.
    expect((await visit.get(CHANGE)).body).toContain('value="Wulandari"');
    const wrong = await correct(person, { ...RIGHT, 'born-month': '2', 'born-day': '30' });
    expect([wrong.statusCode, wrong.body.includes('There is no such day')]).toEqual([422, true]);
    const mails = (await app.mailTo(email)).length;
    const before = await eventsOf();
    const done = await correct(person, RIGHT);
    expect(done.headers.location).toBe('/account/person?done');
    expect((await visit.follow(done)).body).toContain('August 29, 1993');
    const told = (await app.mailTo(email)).slice(mails);
    expect(told.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Your name or birth was corrected'),
    ]);
    for (const secret of ['Wulandari', '1993', 'Indonesia']) expect(told[0]?.text).not.toContain(secret);
    expect(await eventsOf()).toBe(before + 1);
    expect((await visit.get('/account/security/activity')).body).toContain(
      'Name, date or country of birth corrected',
    );

    expect((await claim(person)).headers.location).toBe(`/cases/${NOTICE.receipt}?added=0`);
    // From the first case on it stays.
    expect((await visit.get('/account/person')).body).not.toContain(CHANGE);
    expect((await visit.get(CHANGE)).headers.location).toBe('/account/person');
    const late = await correct(person, { ...RIGHT, fullName: 'Somebody Else' });
    expect(late.headers.location).toBe('/account/person');
    expect((await visit.get('/account/person')).body).toContain('Wulandari');
    expect(await eventsOf()).toBe(before + 1);
  });

  it('is corrected twice a day and five times in all, and as it was is no correction (ASVS 2.3.2, 2.4.1)', async () => {
    const person = await signUp(app);
    const outcomes: (string | undefined)[] = [];
    for (let day = 0; day < 4; day++) {
      // A session does not last until the next day.
      const here = { ...person, visit: (await signIn(app, person)).visit };
      for (let n = 0; n < 3; n++) {
        const said = { ...RIGHT, fullName: `Quill ${day} ${n}` };
        outcomes.push((await correct(here, said)).headers.location);
        // The same once more is none.
        await correct(here, said);
      }
      const shown = (await here.visit.get('/account/person')).body;
      expect(shown).toContain(day < 2 ? 'as often as a day allows' : 'corrected these answers several times');
      clock.advance(DAY);
    }
    const [yes, no] = ['/account/person?done', '/account/person'];
    expect(outcomes).toEqual([yes, yes, no, yes, yes, no, yes, no, no, no, no, no]);
  });

  it('is corrected without a new count of tries to claim: five wrong ones in all, then waits (ASVS 2.3.2, 2.4.1)', async () => {
    const person = await signUp(app);
    await confirm(person);
    const guess = { ...NOTICE, receipt: 'ARC2590061147' };
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) statuses.push((await claim(person, guess)).statusCode);
    expect((await correct(person, RIGHT)).headers.location).toBe('/account/person?done');
    for (let n = 0; n < 3; n++) statuses.push((await claim(person, guess)).statusCode);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});
