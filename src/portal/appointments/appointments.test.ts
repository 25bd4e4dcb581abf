import { beforeAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { type Answer, type TestApp, testApp, type Visit } from '../../testing/app.ts';
import { appointmentBench } from '../../testing/appointments.ts';
import { formsIn } from '../../testing/drawn-forms.ts';
import { type Newcomer, signIn, signUp } from '../../testing/people.ts';

const app: TestApp = await testApp();
const bench = appointmentBench(app, loadAgency(app.config.agencyFolder));
/** A Monday in the winter of the office. */
const DAY = '2027-01-11';

let person: Newcomer;
let accountId = '';
let visit: Visit;

beforeAll(async () => {
  person = await signUp(app);
  ({ visit } = await signIn(app, person));
  const { id } = await app.database.selectFrom('account').select('id').executeTakeFirstOrThrow();
  accountId = id;
  await bench.open({ [`${DAY}T09:00`]: 1, [`${DAY}T10:00`]: 1, [`${DAY}T11:00`]: 1, [`${DAY}T13:30`]: 9 });
});

const offered = async (more: object = {}) => bench.offer(await bench.newCase(accountId), more);
const at = (id: string, what?: string) => `/appointments/${id}${what === undefined ? '' : `/${what}`}`;
/** The buttons of a page of times, by what they say. */
const slotsOn = (body: string) =>
  new Map(
    [...body.matchAll(/name="slot" value="([^"]+)"[^>]*>([^<]+)</g)].map(([, id = '', text = '']) => [
      text,
      id,
    ]),
  );

/** Chooses a time of those that a page shows, as far as the check. */
async function choose(id: string, time: string) {
  const { body } = await visit.get(at(id, 'times'));
  return visit.post(at(id, 'times'), { slot: slotsOn(body).get(time) ?? '' });
}

/** Sends what somebody says on a page, with all that the page has of its own. */
async function send(
  id: string,
  what: 'check' | 'confirm' | 'cancel',
  said: Readonly<Record<string, string>>,
) {
  const path = at(id, what);
  return visit.post(path, { ...hiddenOf(await visit.get(path)), ...said });
}

const hiddenOf = (page: Answer) => formsIn(page, '').find(({ hidden }) => 'version' in hidden)?.hidden ?? {};

describe('an appointment', () => {
  it('is chosen, shown with both rules and place, moved, and cancelled, each with its reason', async () => {
    const id = await offered();
    const list = await visit.get('/appointments');
    expect(list.body).toContain('Choose a time');
    expect((await visit.get('/home')).body).toContain('Choose a time: Biometrics appointment');
    expect((await choose(id, '9:00 AM')).headers.location).toBe(at(id, 'check'));
    const check = await visit.get(at(id, 'check'));
    expect(check.body).toContain('Monday, January 11, 2027, 9:00 AM');
    expect(check.body).toContain('Eastern Standard Time');
    const booked = await visit.follow(
      await send(id, 'check', { interpreter: 'ar', 'access-wheelchair': 'yes' }),
    );
    expect(booked.body).toContain('Your appointment is booked');
    expect(booked.body).toContain('14 Lantern Quay');
    expect(booked.body).toContain('Interpreter: Arabic and I use a wheelchair');
    expect(booked.body).toContain(
      'You can change the time 2 more times, until Sunday, January 10, 2027, 9:00 PM.',
    );
    expect((await visit.get('/home')).body).toContain('Your next appointment');

    await choose(id, '10:00 AM');
    expect((await send(id, 'check', {})).statusCode).toBe(422);
    const old = hiddenOf(await visit.get(at(id, 'check')));
    const moved = await visit.follow(
      await visit.post(at(id, 'check'), { ...old, reason: 'work', interpreter: 'ar' }),
    );
    expect(moved.body).toContain('Your appointment was changed');
    expect(moved.body).toContain('Reason: Work or school');
    // An old page sends again what was done: the page says how it is now.
    const again = await visit.post(at(id, 'check'), { ...old, reason: 'health' });
    expect([again.statusCode, again.body.includes('10:00 AM')]).toEqual([409, true]);

    expect((await send(id, 'cancel', {})).statusCode).toBe(422);
    const gone = await visit.follow(await send(id, 'cancel', { reason: 'travel' }));
    expect(gone.body).toContain('Your appointment is cancelled');
    for (const what of ['times', 'check', 'confirm', 'cancel'])
      expect((await visit.get(at(id, what))).headers.location).toBe(at(id));
  });

  it('is confirmed by a button, and a link to it tells the present state', async () => {
    const receipt = await bench.newCase(accountId);
    const id = await bench.offer(receipt, {
      state: 'fixed',
      office: 'novaria',
      start: `${DAY}T09:00`,
      offices: ['novaria'],
    });
    expect((await visit.get(at(id))).body).toContain('Please confirm');
    expect((await visit.get(at(id, 'confirm'))).statusCode).toBe(200);
    expect((await visit.get(at(id))).body).toContain('Please confirm');
    const done = await visit.follow(await send(id, 'confirm', { interpreter: '' }));
    expect(done.body).toContain('we know that you are coming');
    expect(done.body).toContain('Pacific Standard Time');
    expect((await visit.get(`/cases/${receipt}`)).body).toContain('Monday, January 11, 2027, 9:00 AM');
    expect((await send(id, 'confirm', { interpreter: 'xx' })).statusCode).toBe(422);
  });

  it('whose time somebody else took is offered the next ones, with what was typed', async () => {
    const [one, other] = [await offered(), await offered()];
    const { body } = await visit.get(at(one, 'times'));
    const slot = slotsOn(body).get('11:00 AM') ?? '';
    await visit.post(at(one, 'times'), { slot });
    const check = hiddenOf(await visit.get(at(one, 'check')));
    const refused = await visit.post(at(other, 'times'), { slot });
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('That time was just taken');
    expect(slotsOn(refused.body).has('1:30 PM')).toBe(true);

    app.clock.advance(10 * 60);
    await visit.post(at(other, 'times'), { slot });
    await send(other, 'check', {});
    const lost = await visit.post(at(one, 'check'), {
      ...check,
      interpreter: 'fr',
      'access-companion': 'yes',
    });
    expect(lost.statusCode).toBe(409);
    expect(lost.body).toMatch(/<option value="fr" selected/);
    expect(lost.body).toMatch(
      /value="yes" checked[^>]*>\s*<label[^>]*for="access-companion"|id="access-companion"[^>]*checked/,
    );
    const next = /name="slot" type="radio" value="([^"]+)"/.exec(lost.body)?.[1] ?? '';
    const taken = await visit.follow(
      await visit.post(at(one, 'check'), {
        ...hiddenOf(lost),
        slot: next,
        interpreter: 'fr',
        'access-companion': 'yes',
      }),
    );
    expect(taken.body).toContain('Your appointment is booked');
    expect(taken.body).toContain('Interpreter: French and Someone comes along to assist me');
  });

  it('that has changed since its page was opened is shown as it is now, with what was typed', async () => {
    const id = await offered({ state: 'fixed', office: 'port-aurelia', start: `${DAY}T09:00` });
    const { event, receipt } = await app.database
      .selectFrom('appointment')
      .select(['event', 'receipt'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const [confirm, cancel] = [
      hiddenOf(await visit.get(at(id, 'confirm'))),
      hiddenOf(await visit.get(at(id, 'cancel'))),
    ];
    app.clock.advance(60);
    const moved = { state: 'moved', office: 'novaria', start: `${DAY}T13:00` };
    await bench.say({ kind: 'appointment', id: `${event}-m`, receipt, appointment: event, ...moved });
    const confirmed = await visit.post(at(id, 'confirm'), { ...confirm, interpreter: 'fr' });
    const cancelled = await visit.post(at(id, 'cancel'), { ...cancel, reason: 'work' });
    for (const { statusCode, body } of [confirmed, cancelled]) {
      expect(statusCode).toBe(409);
      expect(body).toContain('The appointment has changed meanwhile');
      expect(body).toContain('Monday, January 11, 2027, 1:00 PM');
    }
    expect(confirmed.body).toMatch(/<option value="fr" selected/);
    const done = await visit.post(at(id, 'confirm'), { ...hiddenOf(confirmed), interpreter: 'fr' });
    expect(done.headers.location).toBe(`${at(id)}?done=confirmed`);
  });

  it('is not taken at another time than the check of it shows', async () => {
    const id = await offered();
    await bench.open({ [`${DAY}T15:00`]: 1 });
    await choose(id, '1:30 PM');
    const shown = hiddenOf(await visit.get(at(id, 'check')));
    await choose(id, '3:00 PM');
    const refused = await visit.post(at(id, 'check'), { ...shown, interpreter: 'fr' });
    expect([refused.statusCode, refused.body.includes('That time was just taken')]).toEqual([409, true]);
    expect((await visit.get(at(id))).body).toContain('Choose a time');
  });

  it('past the rules leads to the office, with what to say there', async () => {
    const id = await offered({ state: 'fixed', type: 'oath', office: 'port-aurelia', start: `${DAY}T09:00` });
    const { body } = await visit.get(at(id));
    expect(body).toContain('Only the office can change this time.');
    expect(body).toMatch(/the receipt number <bdi[^>]*>ARC\d{10}/);
    expect(body).toContain('Oath ceremony, Monday, January 11, 2027, 9:00 AM');
    expect((await visit.get(at(id, 'times'))).headers.location).toBe(at(id));
  });

  it('is a file for a calendar, of which nothing says the case', async () => {
    const receipt = await bench.newCase(accountId);
    const id = await bench.offer(receipt, {
      state: 'fixed',
      office: 'novaria',
      start: `${DAY}T09:00`,
      offices: ['novaria'],
    });
    const { headers, body } = await visit.get(at(id, 'calendar.ics'));
    expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(body).toContain('DTSTART;TZID=America/Los_Angeles:20270111T090000');
    expect(body).toContain(`UID:${id}@`);
    expect(body).not.toContain(receipt);
  });

  it('of someone else is as absent as one that does not exist, whatever is asked of it (ASVS 8.2.2)', async () => {
    const id = await offered();
    const { visit: stranger } = await signIn(app, await signUp(app));
    for (const what of [undefined, 'times', 'check', 'confirm', 'cancel', 'calendar.ics']) {
      const theirs = await stranger.get(at(id, what));
      const none = await stranger.get(at('018f0000-0000-7000-8000-000000000000', what));
      expect([what, theirs.statusCode, none.statusCode]).toEqual([what, 404, 404]);
    }
    for (const [what, fields] of [
      ['times', { slot: '018f0000-0000-7000-8000-000000000000' }],
      ['check', { reason: 'work' }],
      ['confirm', { interpreter: 'ar' }],
      ['cancel', { reason: 'work' }],
    ] as const)
      expect([what, (await stranger.post(at(id, what), fields)).statusCode]).toEqual([what, 404]);
  });
});
