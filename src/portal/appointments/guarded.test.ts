import { beforeAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { DAY } from '../../platform/clock/index.ts';
import { testApp, type Visit } from '../../testing/app.ts';
import { appointmentBench } from '../../testing/appointments.ts';
import { formsIn } from '../../testing/drawn-forms.ts';
import { type Newcomer, signIn, signUp } from '../../testing/people.ts';

const app = await testApp();
const bench = appointmentBench(app, loadAgency(app.config.agencyFolder));
const CALENDARS = '/appointments/calendars';

let person: Newcomer;
let accountId = '';
let visit: Visit;

beforeAll(async () => {
  person = await signUp(app);
  ({ id: accountId } = await app.database.selectFrom('account').select('id').executeTakeFirstOrThrow());
  ({ visit } = await signIn(app, person));
});

const addressIn = (body: string) => /\/calendars\/[\w-]{43}\.ics/.exec(body)?.[0] ?? '';
const kinds = async () =>
  (await app.database.selectFrom('security_event').select('kind').orderBy('seq').execute()).map(
    ({ kind }) => kind,
  );
const run = async (timed: string) =>
  app.app.floors
    .flatMap((floor) => floor.timed ?? [])
    .find(({ name }) => name === timed)
    ?.run();
const raiseAlarm = () => visit.post('/account/security/not-me', {}, '/account/security/not-me');
const letters = async () =>
  (await app.mailTo(person.email)).filter(({ subject }) => subject.startsWith('Your appointment with'))
    .length;

describe('an appointment of an account', () => {
  it('is moved and cancelled with word to every address, and not while somebody else may be in it', async () => {
    const times = { '2027-01-11T09:00': 1, '2027-01-11T10:00': 1, '2027-01-11T11:00': 1 };
    await bench.open(times);
    const id = await bench.offer(await bench.newCase(accountId));
    const at = (what: string) => `/appointments/${id}/${what}`;
    const send = async (what: string, said: Readonly<Record<string, string>>) => {
      const form = formsIn(await visit.get(at(what)), '').find(({ hidden }) => 'version' in hidden);
      return visit.post(at(what), { ...form?.hidden, ...said });
    };
    const choose = async () => {
      const { body } = await visit.get(at('times'));
      await visit.post(at('times'), { slot: /name="slot" value="([^"]+)"/.exec(body)?.[1] ?? '' });
      return send('check', { reason: 'work' });
    };
    const before = (await app.mailTo(person.email)).length;
    const told = async () => (await app.mailTo(person.email)).slice(before);
    expect((await choose()).headers.location).toContain('done=booked');
    expect(await told()).toEqual([]);
    expect((await choose()).headers.location).toContain('done=moved');
    const { version } = (await bench.appointments.appointmentOf(accountId, id)) ?? { version: null };
    await raiseAlarm();
    ({ visit } = await signIn(app, person));
    for (const answer of [await choose(), await send('cancel', { reason: 'work' })])
      expect(answer.headers.location).toBe('/account/security/protected');
    expect(await bench.appointments.appointmentOf(accountId, id)).toMatchObject({ version, state: 'fixed' });
    await app.database.updateTable('account').set({ alarmed_at: null }).execute();
    expect((await send('cancel', { reason: 'work' })).headers.location).toContain('done=cancelled');
    const changes = (await told()).filter(({ subject }) => subject.includes('appointment'));
    expect(changes.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('The time of your appointment was changed'),
      expect.stringContaining('Your appointment was cancelled'),
    ]);
    for (const { text } of changes) expect(text).toContain('/not-me?token=');
    expect((await kinds()).filter((kind) => kind.startsWith('appointment'))).toEqual([
      'appointment-chosen',
      'appointment-moved',
      'appointment-cancelled',
    ]);
  });
});

describe('an address of a calendar', () => {
  it('is made behind a step-up, with word to every address and in the activity (ASVS 7.5.1)', async () => {
    app.clock.advance(601);
    expect((await visit.get(CALENDARS)).headers.location).toMatch(/^\/account\/confirm\?return=/);
    expect((await visit.post(CALENDARS, {}, '/home')).headers.location).toMatch(/^\/account\/confirm\?/);
    ({ visit } = await signIn(app, person));
    const mails = (await app.mailTo(person.email)).length;
    const { body } = await visit.post(CALENDARS, {}, CALENDARS);
    expect(addressIn(body)).not.toBe('');
    const told = (await app.mailTo(person.email)).slice(mails);
    expect(told.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('A calendar can read your appointments'),
    ]);
    expect(told[0]?.text).toContain('/not-me?token=');
    expect(told[0]?.text).not.toContain('/calendars/');
    const remove = /name="remove" value="([^"]+)"/.exec(body)?.[1] ?? '';
    await visit.post(CALENDARS, { remove });
    expect((await kinds()).slice(-2)).toEqual(['calendar-added', 'calendar-removed']);
    const activity = (await visit.get('/account/security/activity')).body;
    for (const text of ['Address for a calendar made', 'Calendar stopped']) expect(activity).toContain(text);
  });

  it('leads to nothing after “This wasn’t me”, and none is made nor any letter sent until it is over', async () => {
    const receipt = await bench.newCase(accountId);
    await bench.offer(receipt, { state: 'fixed', office: 'port-aurelia', start: '2026-12-10T09:00' });
    ({ visit } = await signIn(app, person));
    const path = addressIn((await visit.post(CALENDARS, {}, CALENDARS)).body);
    const reader = app.visit();
    expect((await reader.get(path)).statusCode).toBe(200);
    await raiseAlarm();
    expect((await reader.get(path)).statusCode).toBe(404);
    ({ visit } = await signIn(app, person));
    for (const answer of [await visit.get(CALENDARS), await visit.post(CALENDARS, {}, '/home')])
      expect(answer.headers.location).toBe('/account/security/protected');
    expect(await app.database.selectFrom('appointment_calendar').select('id').execute()).toEqual([]);
    app.clock.advance((Date.parse('2026-12-10T14:00Z') - 2 * DAY - app.clock.now().getTime()) / 1000);
    await run('remind-of-appointments');
    expect(await letters()).toBe(0);
    await app.database.updateTable('account').set({ alarmed_at: null }).execute();
    await run('remind-of-appointments');
    expect(await letters()).toBe(1);
  });
});
