import { describe, expect, it } from 'vitest';
import { newVisit, testApp } from '../../../testing/app.ts';
import { signUp } from '../../../testing/people.ts';

const app = await testApp();
const AGENTS = {
  Firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Chrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
} as const;
const visitWith = (userAgent: string) =>
  newVisit((request) =>
    app.server.inject({ ...request, headers: { ...request.headers, 'user-agent': userAgent } }),
  );

describe('the browser of an event', () => {
  it('is on the page of the activity with each of them', async () => {
    const { visit } = await signUp(app, { visit: visitWith(AGENTS.Firefox) });
    const { body } = await visit.get('/account/security/activity');
    expect(body).toContain('Device: Firefox on Linux');
    expect(body).not.toContain('Windows');
  });

  it('is the one that asked, also of many that wait for each other at the door (ASVS 16.2.1)', async () => {
    const emails: string[] = [];
    for (let n = 0; n < 3; n++) emails.push((await signUp(app)).email);
    const asks = emails.flatMap((email, n) =>
      Array.from({ length: 4 }, () => ({
        email,
        visit: visitWith(n === 1 ? AGENTS.Firefox : AGENTS.Chrome),
      })),
    );
    for (const { visit } of asks) await visit.get('/sign-in');
    await Promise.all(
      asks.map(({ visit, email }) => visit.post('/sign-in', { identifier: email, password: 'not that one' })),
    );
    const events = await app.database
      .selectFrom('security_event')
      .select('detail')
      .where('kind', '=', 'password-refused')
      .execute();
    const browsers = events.map(({ detail }) => JSON.stringify(detail));
    expect(browsers).toHaveLength(12);
    expect(browsers.filter((detail) => detail.includes('"Firefox"'))).toHaveLength(4);
    expect(browsers.filter((detail) => detail.includes('"Chrome"'))).toHaveLength(8);
  });
});
