import { describe, expect, it } from 'vitest';
import { testAlerts } from '../../testing/alerts.ts';
import { readStatusNotification } from './bounces.ts';
import { ALERT_GROUPS } from './groups.ts';

const { alerts, clock, database, happen, received, someone, texts, withPhone, work } = await testAlerts();

describe('mail that comes back', () => {
  const report = (id: string, action = 'failed') =>
    readStatusNotification(
      [
        'Message-ID: <20261122.1@mx.example>',
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        '',
        '--b',
        'Content-Type: message/delivery-status',
        '',
        'Final-Recipient: rfc822; person@example.org',
        `Action: ${action}`,
        'Status: 5.1.1',
        '',
        '--b',
        'Content-Type: message/rfc822-headers',
        '',
        `Message-ID: ${id}`,
        '--b--',
      ].join('\r\n'),
    );
  const noteBounce = async (id: string, action?: string) => {
    const read = report(id, action);
    if (read === null) throw new Error('not read');
    await alerts.noteBounce(read);
  };

  it('lets the next way tell the same once, and is said to the person until they say that it works', async () => {
    const person = await someone();
    await withPhone(person);
    await alerts.choose(database, person.id, { on: { email: ALERT_GROUPS, sms: ['messages'] }, quiet: null });
    await happen(person);
    await work();
    const [{ id = '' } = {}] = received;
    await noteBounce(id, 'delayed');
    expect((await alerts.settingsOf(person.id)).bounced).toEqual([]);
    await noteBounce(id);
    await noteBounce(id);
    await work();
    await work();
    expect(received.length).toBe(1);
    expect((await texts()).length).toBe(1);
    expect((await alerts.settingsOf(person.id)).bounced).toEqual([person.email]);
    await alerts.retry(database, person.id);
    clock.advance(3_600);
    await happen(person);
    await work();
    expect(received.length).toBe(2);
  });

  it('is nothing where no alert has that id', async () => {
    for (const id of ['<nothing@arcadia.example>', '<018f0000-0000-7000-8000-000000000009@arcadia.example>'])
      await alerts.noteBounce({ messageId: id, action: 'failed' });
    expect(readStatusNotification('Subject: Hello\r\n\r\nAction: failed')).toBeNull();
    expect(await database.selectFrom('alert_bounce').selectAll().execute()).toEqual([]);
  });
});
