import { join } from 'node:path';
import { type SqlBool, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { HOUR } from '../../platform/clock/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { appointmentBench } from '../../testing/appointments.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase } from '../cases/index.ts';
import { releaseCase } from '../claims/index.ts';
import { forgetOfNobody, NO_NEEDS, remindDue } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const test = await freshDatabase();
const { database, clock } = test;
const bench = appointmentBench(test, agency);
const { appointments } = bench;
const PLAIN = { needs: NO_NEEDS, reason: null };

let day = 1;
/** A day of January 2027 on which nothing stands yet; the clock begins in November 2026. */
const newDay = () => `2027-01-${String(day++).padStart(2, '0')}`;

/** The id of a time. */
async function slotAt(start: string): Promise<string> {
  const { id } = await database
    .selectFrom('appointment_slot')
    .select('id')
    .where('wall_time', '=', start)
    .executeTakeFirstOrThrow();
  return id;
}

/** Somebody with an appointment to choose a time for. */
async function somebody(more: object = {}) {
  const person = await bench.newPerson();
  const id = await bench.offer(person.receipt, more);
  const of = async () => {
    const found = await appointments.appointmentOf(person.accountId, id);
    if (found === null) throw new Error('the appointment is gone');
    return found;
  };
  return {
    ...person,
    id,
    of,
    hold: async (start: string) => appointments.hold(person.accountId, id, await slotAt(start)),
    /** Takes what is kept, as a page shows it now. */
    take: async () => {
      const { hold, version } = await of();
      return appointments.book(person.accountId, id, { ...PLAIN, slot: hold?.slot ?? null, version });
    },
    cancel: async (reason: string | null) =>
      appointments.cancel(person.accountId, id, { version: (await of()).version, reason }),
    book: async (start: string) => {
      const slot = await slotAt(start);
      const held = await appointments.hold(person.accountId, id, slot);
      if (held.is !== 'held') return held;
      return appointments.book(person.accountId, id, { ...PLAIN, slot, version: (await of()).version });
    },
    startsAt: async () => (await of()).startsAt?.toISOString() ?? null,
  };
}

/** How many people have or hold each time, and how many live appointments there are of each case. */
async function faults(): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select place.slot_id, place.number from appointment_place place
    join appointment on appointment.id = place.appointment_id
    join appointment_slot slot on slot.id = place.slot_id
    where place.held_until is null and (appointment.state <> 'fixed' or appointment.starts_at <> slot.starts_at)
    union all
    select slot_id, count(*) from appointment_place where appointment_id is not null and held_until is null
    group by slot_id having count(*) > (select max(number) from appointment_place each where each.slot_id = appointment_place.slot_id)`.execute(
    database,
  );
  return rows;
}

describe('an appointment', () => {
  it('gets the time that somebody chose, in the office’s zone, with what they need there', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1 });
    const one = await somebody();
    const slot = await slotAt(`${on}T09:00`);
    expect(await appointments.hold(one.accountId, one.id, slot)).toEqual({ is: 'held' });
    expect((await one.of()).hold).toMatchObject({ slot, office: 'port-aurelia', zone: 'America/New_York' });
    const needs = { interpreter: 'ar', access: ['wheelchair'] };
    const booked = await appointments.book(one.accountId, one.id, {
      slot,
      version: 1,
      needs,
      reason: null,
    });
    expect(booked).toEqual({ is: 'booked', moved: false });
    const found = await one.of();
    expect(found).toMatchObject({ state: 'fixed', office: 'port-aurelia', moves: 0, hold: null, needs });
    expect(found.startsAt).toEqual(new Date(`${on}T14:00Z`));
    expect(found.confirmedAt).toEqual(clock.now());
    expect(found.history.map(({ did }) => did)).toEqual(['chosen', 'offered']);
  });

  it('is for others as one that does not exist', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1 });
    const [one, other] = [await somebody(), await bench.newPerson()];
    const slot = await slotAt(`${on}T09:00`);
    for (const id of [one.id, '018f0000-0000-7000-8000-000000000000', 'nothing', "'"]) {
      expect(await appointments.appointmentOf(other.accountId, id)).toBeNull();
      expect(await appointments.hold(other.accountId, id, slot)).toEqual({ is: 'not-there' });
      expect(await appointments.book(other.accountId, id, { ...PLAIN, slot, version: 1 })).toEqual({
        is: 'not-there',
      });
      expect(await appointments.confirm(other.accountId, id, { version: 1, needs: NO_NEEDS })).toEqual({
        is: 'not-there',
      });
      expect(await appointments.cancel(other.accountId, id, { version: 1, reason: null })).toEqual({
        is: 'not-there',
      });
    }
    expect(await appointments.hold(one.accountId, one.id, 'nothing')).toEqual({ is: 'gone' });
  });

  it('is moved by taking the new time and giving back the old, or stays where it was', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1 });
    const [one, other] = [await somebody(), await somebody()];
    await one.book(`${on}T09:00`);
    await other.book(`${on}T10:00`);
    expect(await one.book(`${on}T10:00`)).toEqual({ is: 'gone' });
    expect(await one.startsAt()).toBe(`${on}T14:00:00.000Z`);
    expect(await one.take()).toEqual({ is: 'gone' });
    await bench.open({ [`${on}T11:00`]: 1 });
    expect(await one.book(`${on}T11:00`)).toEqual({ is: 'booked', moved: true });
    expect(await one.startsAt()).toBe(`${on}T16:00:00.000Z`);
    expect(await other.book(`${on}T09:00`)).toEqual({ is: 'booked', moved: true });
    expect(await faults()).toEqual([]);
  });

  it('is moved as often as the agency lets, and as long before, to the minute', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 3, [`${on}T10:00`]: 3, [`${on}T11:00`]: 3 });
    const one = await somebody();
    await one.book(`${on}T09:00`);
    await one.book(`${on}T10:00`);
    await one.book(`${on}T11:00`);
    expect(await one.hold(`${on}T09:00`)).toEqual({ is: 'refused', may: { is: 'used-up', times: 2 } });

    await bench.open({ '2026-11-23T10:00': 3, '2026-11-24T08:00': 3 });
    const two = await somebody();
    expect(await two.book('2026-11-23T10:00')).toMatchObject({ is: 'booked' });
    const start = Date.parse('2026-11-23T15:00Z');
    clock.advance((start - 12 * HOUR - clock.now().getTime()) / 1000);
    expect(await two.hold('2026-11-24T08:00')).toEqual({ is: 'held' });
    clock.advance(60);
    const may = { is: 'too-late', since: new Date(start - 12 * HOUR) };
    expect(await two.hold('2026-11-24T08:00')).toEqual({ is: 'refused', may });
    // It is judged again when the time that was kept is taken.
    expect(await two.take()).toEqual({ is: 'refused', may });
    expect(await two.startsAt()).toBe('2026-11-23T15:00:00.000Z');
    expect(await two.cancel(null)).toMatchObject({ is: 'refused' });
  });

  it('keeps a time for whoever is choosing, until the minutes are over', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1 });
    const [one, other] = [await somebody(), await somebody()];
    await one.hold(`${on}T09:00`);
    expect(await other.hold(`${on}T09:00`)).toEqual({ is: 'gone' });
    const wanted = { month: on.slice(0, 7), day: on, office: null };
    const isShown = async () =>
      (await appointments.monthFor(await other.of(), wanted)).times.some(
        ({ startsAt }) => startsAt.getTime() === Date.parse(`${on}T14:00Z`),
      );
    expect(await isShown()).toBe(false);
    clock.advance(10 * 60);
    expect(await isShown()).toBe(true);
    expect(await other.hold(`${on}T09:00`)).toEqual({ is: 'held' });
    expect(await one.take()).toEqual({ is: 'gone' });
    expect(await other.take()).toMatchObject({ is: 'booked' });
    expect((await one.of()).state).toBe('offered');
  });

  it('has the free times of a day one office after another, whose clocks differ', async () => {
    const type = 'interview';
    await bench.open({ '2027-05-12T09:00': 1, '2027-05-12T15:00': 1 }, { type });
    await bench.open({ '2027-05-12T08:30': 1, '2027-05-12T11:00': 1 }, { type, office: 'novaria' });
    const one = await somebody({ type, offices: ['port-aurelia', 'novaria'] });
    const { times } = await appointments.monthFor(await one.of(), {
      month: '2027-05',
      day: null,
      office: null,
    });
    expect(times.map(({ office }) => office)).toEqual(['port-aurelia', 'port-aurelia', 'novaria', 'novaria']);
  });

  it('is chosen among the free times of a month, by the days of its offices', async () => {
    const type = 'oath';
    await bench.open({ '2027-03-31T20:00': 1, '2027-04-01T09:00': 2 }, { type });
    await bench.open({ '2027-03-31T22:00': 1, '2027-06-02T09:00': 1 }, { type, office: 'novaria' });
    const one = await somebody({ type, offices: ['port-aurelia', 'novaria'] });
    const found = await one.of();
    const march = await appointments.monthFor(found, { month: null, day: null, office: null });
    expect(march).toMatchObject({
      month: '2027-03',
      previous: null,
      next: '2027-04',
      days: [{ day: '2027-03-31', count: 2 }],
    });
    expect(march.times.map(({ office }) => office)).toEqual(['port-aurelia', 'novaria']);
    const april = await appointments.monthFor(found, { month: '2027-04', day: '2027-04-01', office: null });
    expect(april).toMatchObject({ previous: '2027-03', next: '2027-06', days: [{ count: 1 }] });
    const there = { month: '2027-04', day: null, office: 'novaria' };
    expect(await appointments.monthFor(found, there)).toMatchObject({ month: '2027-03', next: '2027-06' });
    expect(await appointments.monthFor(found, { ...there, office: 'lindenmark' })).toMatchObject({
      month: null,
      times: [],
    });
  });

  it('is not taken of a time that the agency took back while somebody chose it', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 2 });
    const [one, other] = [await somebody(), await somebody()];
    await other.book(`${on}T09:00`);
    await one.hold(`${on}T09:00`);
    clock.advance(1);
    await bench.open({ [`${on}T09:00`]: 0 });
    expect(await one.take()).toEqual({ is: 'gone' });
    // Who has it keeps it, and who lets it go leaves it to nobody.
    expect(await other.startsAt()).toBe(`${on}T14:00:00.000Z`);
    expect(await other.cancel('work')).toEqual({ is: 'cancelled' });
    expect(await one.hold(`${on}T09:00`)).toEqual({ is: 'gone' });
    clock.advance(1);
    await bench.open({ [`${on}T09:00`]: 1 });
    expect(await one.book(`${on}T09:00`)).toMatchObject({ is: 'booked' });
  });

  it('of one place goes to one of those who race for it, and each time has as many as it has room for', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 3 });
    const racers: Awaited<ReturnType<typeof somebody>>[] = [];
    for (let nth = 0; nth < 20; nth++) racers.push(await somebody());
    const won = async (start: string, some: typeof racers) =>
      (await Promise.all(some.map((each) => each.book(start)))).filter(({ is }) => is === 'booked').length;
    expect(await won(`${on}T09:00`, racers)).toBe(1);
    expect(await won(`${on}T10:00`, racers)).toBeLessThanOrEqual(3);
    for (const each of racers) if ((await each.of()).state === 'offered') await each.book(`${on}T10:00`);
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from appointment where state = 'fixed' and wall_time = ${`${on}T10:00`}`.execute(
      database,
    );
    expect(rows).toEqual([{ count: 3 }]);
    expect(await faults()).toEqual([]);
  });

  it('moved in two tabs at once ends at one of both times', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1, [`${on}T11:00`]: 1 });
    const one = await somebody();
    await one.book(`${on}T09:00`);
    await Promise.all([one.book(`${on}T10:00`), one.book(`${on}T11:00`)]);
    const found = await one.of();
    expect([`${on}T15:00:00.000Z`, `${on}T16:00:00.000Z`]).toContain(found.startsAt?.toISOString());
    const { rows } = await sql`
      select from appointment_place where appointment_id = ${one.id} and held_until is null`.execute(
      database,
    );
    expect(rows).toHaveLength(1);
    expect(await faults()).toEqual([]);
  });
});

describe('a page that is out of date', () => {
  it('takes no other time than the one that it shows', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1 });
    const one = await somebody();
    const shown = await slotAt(`${on}T09:00`);
    await one.hold(`${on}T09:00`);
    await one.hold(`${on}T10:00`);
    for (const slot of [shown, null])
      expect(await appointments.book(one.accountId, one.id, { ...PLAIN, slot, version: 1 })).toEqual({
        is: 'gone',
      });
    expect((await one.of()).state).toBe('offered');
    expect(await one.take()).toEqual({ is: 'booked', moved: false });
  });

  it('confirms, cancels and moves nothing that has changed since', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1 });
    const one = await somebody();
    await one.book(`${on}T09:00`);
    await one.hold(`${on}T10:00`);
    const { version } = await one.of();
    const { event } = await database
      .selectFrom('appointment')
      .select('event')
      .where('id', '=', one.id)
      .executeTakeFirstOrThrow();
    clock.advance(60);
    const moved = { kind: 'appointment', id: `${event}-m`, receipt: one.receipt, appointment: event };
    expect(await bench.say({ ...moved, state: 'moved', office: 'novaria', start: `${on}T13:00` })).toEqual(
      [],
    );
    for (const old of [version, null]) {
      const slot = await slotAt(`${on}T10:00`);
      for (const answer of [
        await appointments.confirm(one.accountId, one.id, { version: old, needs: NO_NEEDS }),
        await appointments.cancel(one.accountId, one.id, { version: old, reason: null }),
        await appointments.book(one.accountId, one.id, { ...PLAIN, slot, version: old }),
      ])
        expect(answer).toEqual({ is: 'changed' });
    }
    expect(await one.of()).toMatchObject({ state: 'fixed', office: 'novaria', confirmedAt: null });
  });
});

describe('what the agency says of an appointment', () => {
  it('asks again whether somebody comes to a time that it had cancelled', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1 });
    const one = await somebody();
    await one.book(`${on}T09:00`);
    const { event } = await database
      .selectFrom('appointment')
      .select('event')
      .where('id', '=', one.id)
      .executeTakeFirstOrThrow();
    const word = { kind: 'appointment', receipt: one.receipt, appointment: event };
    const said = { state: 'moved', office: 'port-aurelia', start: `${on}T09:00` };
    clock.advance(60);
    expect(await bench.say({ ...word, id: `${event}-same`, ...said })).toEqual([]);
    expect((await one.of()).confirmedAt).not.toBeNull();
    clock.advance(60);
    expect(await bench.say({ ...word, id: `${event}-c`, state: 'cancelled' })).toEqual([]);
    clock.advance(60);
    expect(await bench.say({ ...word, id: `${event}-d`, ...said })).toEqual([]);
    expect(await one.of()).toMatchObject({ state: 'fixed', confirmedAt: null });
  });

  it('counts by its newest word, and more than what the person did', async () => {
    const on = newDay();
    await bench.open({ [`${on}T09:00`]: 1 });
    const one = await somebody();
    await one.book(`${on}T09:00`);
    const event = (
      await database.selectFrom('appointment').select('event').where('id', '=', one.id).execute()
    )[0]?.event;
    const word = { kind: 'appointment', receipt: one.receipt, appointment: event };
    clock.advance(3600);
    const moved = {
      ...word,
      state: 'moved',
      office: 'novaria',
      start: `${on}T13:00`,
      note: { en: 'Strike' },
    };
    expect(await bench.say({ ...moved, id: `${one.id}-b` })).toEqual([]);
    const at = new Date(clock.now().getTime() - 60_000).toISOString();
    expect(await bench.say({ ...word, id: `${one.id}-a`, at, state: 'cancelled' })).toEqual([]);
    const found = await one.of();
    expect(found).toMatchObject({
      state: 'fixed',
      office: 'novaria',
      zone: 'America/Los_Angeles',
      confirmedAt: null,
    });
    expect(found.startsAt).toEqual(new Date(`${on}T21:00Z`));
    expect(found.history.map(({ did, note }) => [did, note])).toEqual([
      ['moved', { en: 'Strike' }],
      ['cancelled', null],
      ['chosen', null],
      ['offered', null],
    ]);
    // The place that it had is free again.
    expect(await (await somebody()).book(`${on}T09:00`)).toMatchObject({ is: 'booked' });
  });

  it('never makes two of one purpose, nor one of a case that is not there', async () => {
    const { receipt } = await bench.newPerson();
    const offer = { kind: 'appointment', state: 'offered', type: 'biometrics', offices: ['novaria'] };
    expect(await bench.say({ ...offer, receipt, id: `${receipt}-1` })).toEqual([]);
    expect(await bench.say({ ...offer, receipt, id: `${receipt}-2` })).toEqual([
      'the case has another appointment of this type: say first what became of it',
    ]);
    const ended = { kind: 'appointment', receipt, appointment: `${receipt}-1`, state: 'missed' };
    expect(await bench.say({ ...ended, id: `${receipt}-3` })).toEqual([]);
    expect(await bench.say({ ...offer, receipt, id: `${receipt}-2` })).toEqual([]);
    expect(await bench.say({ ...ended, id: `${receipt}-4`, receipt: 'ARC9999999999' })).toEqual([
      'the case is not known',
    ]);
    expect(await bench.say({ ...ended, id: `${receipt}-5`, appointment: 'none' })).toEqual([
      'the case has no such appointment',
    ]);
  });

  it('is refused where no clock of the office says it, or its fields do not fit', async () => {
    const { receipt } = await bench.newPerson();
    const fixed = { kind: 'appointment', receipt, state: 'fixed', type: 'interview', office: 'port-aurelia' };
    const reasons = async (more: object) => (await bench.say({ ...fixed, id: 'x', ...more })).join();
    expect(await reasons({ start: '2027-03-14T02:30' })).toContain('clock goes forward');
    expect(await reasons({ start: '2027-11-07T01:30' })).toContain('add the offset');
    expect(await reasons({ start: '2027-11-07T01:30-06:00' })).toContain('does not have');
    expect(await reasons({ start: '2027-02-30T09:00' })).toContain("office's clock, such as");
    expect(await reasons({ start: '2026-12-09T09:00', appointment: 'y' })).toBe(
      '"appointment" is not of an appointment that is fixed',
    );
    expect(await reasons({ state: 'moved', start: '2026-12-09T09:00' })).toContain(
      '"appointment" is missing',
    );
    expect(await reasons({ start: '2026-12-09T09:00', office: 'nowhere', type: 'tea' })).toBe(
      'type "tea" is not known; office "nowhere" is not known',
    );
    expect(await bench.say({ ...fixed, id: `${receipt}-dst`, start: '2027-11-07T01:30-05:00' })).toEqual([]);
    const { starts_at: startsAt } = await database
      .selectFrom('appointment')
      .select('starts_at')
      .where('event', '=', `${receipt}-dst`)
      .executeTakeFirstOrThrow();
    expect(startsAt).toEqual(new Date('2027-11-07T06:30Z'));
  });
});

describe('what somebody said of an appointment', () => {
  it.each(['released', 'erased'] as const)('is forgotten when their case is %s', async (how) => {
    const on = `2027-02-${how === 'released' ? '03' : '04'}`;
    await bench.open({ [`${on}T09:00`]: 1, [`${on}T10:00`]: 1, [`${on}T11:00`]: 1 });
    const [one, other] = [await somebody(), await somebody()];
    for (const hour of ['09', '10']) {
      const slot = await slotAt(`${on}T${hour}:00`);
      await appointments.hold(one.accountId, one.id, slot);
      const { version } = await one.of();
      const needs = { interpreter: 'ar', access: [] };
      await appointments.book(one.accountId, one.id, { slot, version, needs, reason: 'health' });
    }
    await appointments.wishEarlier(one.accountId, one.id, true);
    await one.hold(`${on}T11:00`);
    if (how === 'released')
      await releaseCase(test, one.receipt, { tell: async () => {}, record: async () => {} });
    else
      await database.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('case_link').where('account_id', '=', one.accountId).execute();
        await forgetOfNobody(transaction);
      });
    const next = await bareAccount(database, clock);
    await linkCase(database, { accountId: next, receipt: one.receipt, how: 'claimed', at: clock.now() });
    const found = await appointments.appointmentOf(next, one.id);
    expect(found).toMatchObject({ state: 'fixed', needs: NO_NEEDS, earlierSince: null, hold: null });
    expect(found?.history.map(({ reason }) => reason)).toEqual([null, null, null]);
    expect(await other.book(`${on}T11:00`)).toEqual({ is: 'booked', moved: false });
  });
});

describe('a letter that fails', () => {
  it('is tried again at the next time, and stops no other', async () => {
    const on = '2027-03-02';
    const ids: string[] = [];
    for (const hour of ['09', '10', '11']) {
      const fixed = { state: 'fixed', office: 'port-aurelia', start: `${on}T${hour}:00` };
      ids.push(await bench.offer((await bench.newPerson()).receipt, fixed));
    }
    clock.advance((Date.parse(`${on}T05:00Z`) - clock.now().getTime()) / 1000);
    const lines: string[] = [];
    const log = makeLog('info', { write: (line) => void lines.push(line) });
    const sent: string[] = [];
    const remind = (failing: string | undefined) =>
      remindDue(
        { database, clock, log },
        [12 * HOUR],
        async (_, { appointmentId }) => {
          if (appointmentId === failing) throw new Error('somebody@example.org');
          sent.push(appointmentId);
        },
        () => sql<SqlBool>`false`,
      );
    await remind(ids[0]);
    expect(sent).toEqual(ids.slice(1));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('somebody');
    await remind(undefined);
    expect(sent).toEqual([...ids.slice(1), ids[0]]);
  });
});
