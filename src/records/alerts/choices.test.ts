import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../platform/clock/index.ts';
import { testAlerts } from '../../testing/alerts.ts';
import { ALERT_GROUPS, type AlertGroup } from './groups.ts';

const { alerts, clock, database, happen, received, someone, streams, texts, withPhone, work } =
  await testAlerts();

describe('what a person chose', () => {
  const only = (email: readonly AlertGroup[], sms: readonly AlertGroup[] = []) => ({
    on: { email, sms },
    quiet: null,
  });

  it('decides when it is sent: what is off by then is not told', async () => {
    const person = await someone();
    await happen(person, 'document-issued');
    await streams.read();
    await alerts.choose(database, person.id, only(['status', 'papers']));
    await work();
    await happen(person, 'case-moved');
    await work();
    expect(received.map(({ raw }) => /There (is|are) (\d) new/.exec(raw)?.[2])).toEqual(['1']);
  });

  it('sends a text message with the same sentence only where it is on, and to a phone that was proven', async () => {
    const person = await someone();
    await alerts.choose(database, person.id, only([], ['papers']));
    await happen(person, 'evidence-requested');
    await work();
    expect(await texts()).toEqual([]);
    await withPhone(person);
    await happen(person, 'case-moved');
    await happen(person, 'evidence-requested');
    await work();
    expect(received).toEqual([]);
    expect(await texts()).toEqual([
      {
        recipient: '+12025550142',
        text: 'Arcadia Immigration: Something changed in your account. Sign in at portal.arcadia.example to see it.',
      },
    ]);
  });

  it('keeps quiet hours, also over a change of clocks, but for papers that are soon due', async () => {
    const person = await someone();
    await alerts.choose(database, person.id, {
      on: { email: ALERT_GROUPS, sms: [] },
      quiet: { from: 22 * 60, until: 7 * 60 },
    });
    const now = clock.now().getTime();
    // The night before clocks go forward in the agency's zone.
    clock.advance((new Date('2027-03-14T04:00:00Z').getTime() - now) / 1_000);
    await happen(person);
    await work();
    clock.advance((7 * HOUR - MINUTE) / 1_000);
    await work();
    expect(received).toEqual([]);
    clock.advance(MINUTE / 1_000);
    await work();
    expect(received.length).toBe(1);
    clock.advance((17 * HOUR) / 1_000);
    const none = Buffer.alloc(1);
    const id = '018f0000-0000-7000-8000-000000000001';
    await database
      .insertInto('evidence_request')
      .values({
        id,
        receipt: person.receipt,
        event: 'e',
        at: clock.now(),
        state: 'open',
        state_at: clock.now(),
        due_on: '2027-03-16',
        first_due_on: '2027-03-16',
        papers_sealed: none,
        digest: none,
        imported_at: clock.now(),
      })
      .execute();
    await happen(person, 'evidence-requested', { ref: id });
    await work();
    expect(received.length).toBe(2);
  });
});
