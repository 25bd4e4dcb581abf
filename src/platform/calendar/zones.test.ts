import fc from 'fast-check';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../clock/index.ts';
import { instantOf, isWallTime, isZone, offsetOf, startOfDay, wallTimeOf, writeCalendar } from './index.ts';

/** Clocks that change in both halves of the world, by half an hour, and not at all. */
const CHANGES = [
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['America/New_York', '2027-03-14T07:00:00Z'],
  ['Europe/Madrid', '2026-10-25T01:00:00Z'],
  ['Europe/London', '2027-03-28T01:00:00Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Asia/Kathmandu', '2026-11-01T06:00:00Z'],
] as const;

describe('wall times', () => {
  it('are one moment, none where the clock goes forward, and two where it goes back', () => {
    const zone = 'America/New_York';
    expect(instantOf('2026-12-08T09:00', zone)).toEqual({ is: 'instant', at: new Date('2026-12-08T14:00Z') });
    expect(instantOf('2027-03-14T02:30', zone)).toEqual({ is: 'skipped' });
    expect(instantOf('2026-11-01T01:30', zone)).toEqual({
      is: 'twice',
      earlier: new Date('2026-11-01T05:30Z'),
      later: new Date('2026-11-01T06:30Z'),
    });
    expect(offsetOf(new Date('2026-11-01T06:30Z'), zone)).toBe('-05:00');
    expect(startOfDay('2026-11-01', zone)).toEqual(new Date('2026-11-01T04:00Z'));
  });

  it('lead back to the moment that they are of, in every zone', () => {
    const zones = fc.constantFrom(...CHANGES.map(([zone]) => zone));
    const moment = fc
      .integer({ min: 0, max: 500_000 })
      .map((minutes) => new Date(1.79e12 + minutes * MINUTE));
    fc.assert(
      fc.property(zones, moment, (zone, at) => {
        const found = instantOf(wallTimeOf(at, zone), zone);
        if (found.is === 'skipped') throw new Error('a clock said what it skips');
        const moments = found.is === 'instant' ? [found.at] : [found.earlier, found.later];
        expect(moments.map(Number)).toContain(Math.floor(at.getTime() / MINUTE) * MINUTE);
      }),
    );
  });

  it('and zones are told from what is none', () => {
    expect(['Europe/Oslo', 'UTC', '+02:00', 'Europe/Arcadia', ''].map(isZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(
      ['2026-12-08T09:00', '2026-02-30T09:00', '2026-12-08T24:00', '2026-12-08', '2026-12-08T09:00Z'].map(
        isWallTime,
      ),
    ).toEqual([true, false, false, false, false]);
  });
});

describe('a calendar', () => {
  const events = CHANGES.flatMap(([zone, change]) =>
    [-90, -60, -30, 0, 30, 60].map((minutes, nth) => ({
      uid: `${zone}-${change}-${nth}@arcadia.example`,
      sequence: nth,
      changedAt: new Date('2026-08-01T00:00Z'),
      at: new Date(Date.parse(change) + minutes * MINUTE),
      minutes: 20,
      zone,
      title: 'Cita; con acento, y más: Ñandú '.repeat(4).trim(),
      place: '3 Mole Street\nCosta Serena',
      url: 'https://arcadia.example/appointments/x',
      isCancelled: nth === 5,
    })),
  );
  const text = writeCalendar(events, { language: 'es', name: 'Citas' });

  it('is read as the same moments by two programs that did not write it', () => {
    expect(events.length).toBeGreaterThanOrEqual(40);
    const component = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    for (const zone of component.getAllSubcomponents('vtimezone'))
      ICAL.TimezoneService.register(new ICAL.Timezone(zone));
    const byOne = new Map(
      component.getAllSubcomponents('vevent').map((each) => {
        const event = new ICAL.Event(each);
        return [
          event.uid,
          [event.startDate.toJSDate().getTime(), event.endDate.toJSDate().getTime(), event.summary],
        ];
      }),
    );
    const byOther = new Map(
      Object.values(nodeIcal.sync.parseICS(text)).flatMap((each) =>
        each?.type === 'VEVENT'
          ? [
              [
                each.uid,
                [each.start.getTime(), each.end?.getTime(), each.summary, each.status, each.sequence],
              ],
            ]
          : [],
      ),
    );
    for (const { uid, at, title, isCancelled, sequence } of events) {
      const span = [at.getTime(), at.getTime() + 20 * MINUTE, title];
      expect([uid, byOne.get(uid)]).toEqual([uid, span]);
      const status = isCancelled ? 'CANCELLED' : 'CONFIRMED';
      expect([uid, byOther.get(uid)]).toEqual([uid, [...span, status, sequence]]);
    }
  });

  it('is folded at 75 octets, ends its lines as it must, and is the same for the same events', () => {
    const lines = text.split('\r\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(lines.filter((line) => line.startsWith('DTSTAMP') && !line.endsWith('Z'))).toEqual([]);
    expect(writeCalendar(events, { language: 'es', name: 'Citas' })).toBe(text);
  });

  it('says a zone by its rules wherever it names one', () => {
    const one = writeCalendar(
      [
        {
          ...(events[0] ?? fail()),
          at: new Date(Date.parse('2026-12-08T14:00Z') + HOUR),
          zone: 'America/New_York',
        },
      ],
      { language: 'en' },
    );
    expect(one).toContain('DTSTART;TZID=America/New_York:20261208T100000');
    expect(one).toMatch(/BEGIN:VTIMEZONE\r\nTZID:America\/New_York[\s\S]*RRULE:FREQ=YEARLY/);
  });
});

function fail(): never {
  throw new Error('there is no event');
}
