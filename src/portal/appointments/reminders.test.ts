import { beforeAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { DAY, HOUR, MINUTE } from '../../platform/clock/index.ts';
import { unlinkCase } from '../../records/cases/index.ts';
import { testApp, type Visit } from '../../testing/app.ts';
import { appointmentBench } from '../../testing/appointments.ts';
import { type Newcomer, signIn, signUp } from '../../testing/people.ts';

const app = await testApp();
const bench = appointmentBench(app, loadAgency(app.config.agencyFolder));
const NOVEMBER = new Date('2026-11-22T12:00:00Z').getTime();

let person: Newcomer;
let accountId = '';
let visit: Visit;

beforeAll(async () => {
  person = await signUp(app);
  ({ visit } = await signIn(app, person));
  ({ id: accountId } = await app.database.selectFrom('account').select('id').executeTakeFirstOrThrow());
});

/** Does what the clock asks for each five minutes. */
async function remind(): Promise<void> {
  const timed = app.app.floors.flatMap((floor) => floor.timed ?? []);
  await timed.find(({ name }) => name === 'remind-of-appointments')?.run();
}

/** The reminders that went out since this was asked before. */
let seen = 0;
async function letters() {
  const all = (await app.mailTo(person.email)).filter(({ subject }) =>
    subject.startsWith('Your appointment'),
  );
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
}

const until = (at: number) => app.clock.advance((at - app.clock.now().getTime()) / 1000);

/** An appointment at a time by the clock of Port Aurelia. */
async function fixedAt(start: string) {
  const receipt = await bench.newCase(accountId);
  const id = await bench.offer(receipt, { state: 'fixed', office: 'port-aurelia', start });
  const [found] = (await bench.appointments.appointmentsOf(accountId)).filter((each) => each.id === id);
  return { id, receipt, at: found?.startsAt?.getTime() ?? NOVEMBER };
}

describe('a reminder', () => {
  it('goes out seven days, two days and two hours before, each once, with nothing of the case', async () => {
    const { at, receipt } = await fixedAt('2026-12-10T09:00');
    for (const [before, count] of [
      [7 * DAY + MINUTE, 0],
      [7 * DAY, 1],
      [6 * DAY, 0],
      [2 * DAY, 1],
      [2 * HOUR, 1],
      [-MINUTE, 0],
    ] as const) {
      until(at - before);
      await Promise.all([remind(), remind()]);
      const sent = await letters();
      expect([before, sent.length]).toEqual([before, count]);
      for (const { subject, text } of sent) {
        expect(subject).toBe('Your appointment with Arcadia Immigration Service');
        expect(text).toContain('Thursday, December 10, 2026, 9:00 AM (Eastern Standard Time)');
        expect(`${subject}${text}`).not.toContain(receipt);
      }
    }
  });

  it('is of the time that the appointment has when it is sent, to whoever has the case then', async () => {
    const one = await fixedAt('2026-12-20T09:00');
    const [moved, cancelled, released] = [
      one,
      await fixedAt('2026-12-20T10:00'),
      await fixedAt('2026-12-20T11:00'),
    ];
    const events = await app.database.selectFrom('appointment').select(['id', 'event']).execute();
    const word = (of: typeof one, more: object) =>
      bench.say({
        kind: 'appointment',
        id: `word-${of.id}`,
        receipt: of.receipt,
        appointment: events.find(({ id }) => id === of.id)?.event,
        ...more,
      });
    until(moved.at - 2 * DAY - HOUR);
    await remind();
    expect(await letters()).toHaveLength(3);
    expect(await word(moved, { state: 'moved', office: 'port-aurelia', start: '2026-12-28T09:00' })).toEqual(
      [],
    );
    expect(await word(cancelled, { state: 'cancelled' })).toEqual([]);
    await app.database
      .transaction()
      .execute((transaction) => unlinkCase(transaction, released.receipt, app.clock.now()));
    until(moved.at - 2 * DAY);
    await remind();
    expect(await letters()).toEqual([]);
    until(Date.parse('2026-12-28T14:00Z') - 7 * DAY);
    await remind();
    const [only, ...others] = await letters();
    expect([only?.text.includes('December 28'), others]).toEqual([true, []]);
  });
});

describe('the calendar of a person', () => {
  it('is read at an address that is shown once, says what changed, and is stopped for good', async () => {
    ({ visit } = await signIn(app, person));
    const { id, receipt } = await fixedAt('2027-02-01T09:00');
    const { body } = await visit.post('/appointments/calendars', {}, '/appointments/calendars');
    const address = /https?:\/\/[^<\s]+\/calendars\/([\w-]{43})\.ics/.exec(body);
    const path = new URL(address?.[0] ?? '').pathname;
    expect((await visit.get('/appointments/calendars')).body).not.toContain(address?.[1]);
    const reader = app.visit();
    const first = await reader.get(path);
    expect(first.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(first.body).toContain(`UID:${id}@`);
    expect(first.body).not.toContain(receipt);
    const etag = String(first.headers.etag);
    const again = await reader.get(path, { 'if-none-match': etag });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await visit.get('/appointments/calendars')).body).toContain('Last read on');

    app.clock.advance(1);
    const { event } = await app.database
      .selectFrom('appointment')
      .select('event')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await bench.say({
      kind: 'appointment',
      id: `end-${id}`,
      receipt,
      appointment: event,
      state: 'cancelled',
    });
    const changed = await reader.get(path, { 'if-none-match': etag });
    expect(changed.statusCode).toBe(200);
    expect(changed.body).toMatch(new RegExp(`UID:${id}@[^\\r]*\\r\\nSEQUENCE:2[\\s\\S]*?STATUS:CANCELLED`));

    const page = await visit.get('/appointments/calendars');
    const remove = /name="remove" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    const { visit: stranger } = await signIn(app, await signUp(app));
    await stranger.post('/appointments/calendars', { remove }, '/appointments/calendars');
    expect((await reader.get(path)).statusCode).toBe(200);
    await visit.post('/appointments/calendars', { remove }, '/appointments/calendars');
    expect((await reader.get(path)).statusCode).toBe(404);
    expect((await reader.get(`/calendars/${'A'.repeat(43)}.ics`)).statusCode).toBe(404);
  });
});

describe('an earlier time', () => {
  it('is told to whoever asked, once, when it becomes free, and whoever takes it first has it', async () => {
    ({ visit } = await signIn(app, person));
    await bench.open({ '2027-02-08T09:00': 1, '2027-02-09T09:00': 1, '2027-02-15T09:00': 2 });
    const tell = async () => {
      const timed = app.app.floors.flatMap((floor) => floor.timed ?? []);
      await timed.find(({ name }) => name === 'tell-of-earlier-times')?.run();
      return letters();
    };
    const take = async (id: string, start: string) => {
      const [slot] = (
        await app.database
          .selectFrom('appointment_slot')
          .select('id')
          .where('wall_time', '=', start)
          .execute()
      ).map((each) => each.id);
      await bench.appointments.hold(accountId, id, slot ?? '');
      return bench.appointments.book(accountId, id, {
        slot: slot ?? '',
        version: (await bench.appointments.appointmentOf(accountId, id))?.version ?? null,
        needs: { interpreter: null, access: [] },
        reason: null,
      });
    };
    const [one, other] = [
      await bench.offer(await bench.newCase(accountId)),
      await bench.offer(await bench.newCase(accountId)),
    ];
    await take(other, '2027-02-08T09:00');
    await take(one, '2027-02-15T09:00');
    await visit.post(`/appointments/${one}/earlier`, { wish: 'yes' }, `/appointments/${one}`);
    expect((await visit.get(`/appointments/${one}`)).body).toContain('Stop telling me');
    // What was free when they asked is on the page of times.
    expect(await tell()).toEqual([]);
    const { version = null } = (await bench.appointments.appointmentOf(accountId, other)) ?? {};
    await bench.appointments.cancel(accountId, other, { version, reason: 'work' });
    const [letter, ...more] = await tell();
    expect(letter?.text).toContain('Monday, February 8, 2027, 9:00 AM');
    expect(letter?.text).toContain(`/appointments/${one}/times`);
    expect([more, await tell()]).toEqual([[], []]);
    expect(await take(one, '2027-02-08T09:00')).toEqual({ is: 'booked', moved: true });
    const { visit: stranger } = await signIn(app, await signUp(app));
    const theirs = await stranger.post(`/appointments/${one}/earlier`, { wish: 'yes' }, '/appointments');
    expect(theirs.statusCode).toBe(404);
    await visit.post(`/appointments/${one}/earlier`, { wish: 'no' }, `/appointments/${one}`);
    expect((await visit.get(`/appointments/${one}`)).body).toContain('Tell me of an earlier time');
  });
});
