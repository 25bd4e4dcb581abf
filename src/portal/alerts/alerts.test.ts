import { describe, expect, it } from 'vitest';
import { after, HOUR } from '../../platform/clock/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makeStreams } from '../../platform/stream/index.ts';
import { linkCase } from '../../records/cases/index.ts';
import { changing } from '../../records/changes/index.ts';
import { testApp } from '../../testing/app.ts';
import { bareCase } from '../../testing/bare-case.ts';
import { signIn, signUp } from '../../testing/people.ts';

const SECRET = 'a-secret-of-the-mail-provider-0123456789';
const app = await testApp({ environment: { PORTICO_BOUNCE_SECRET: SECRET } });
const { database, clock, connection, server } = app;
const CASE = 'ARC0000000001';
const person = await signUp(app);
const { visit, email } = person;
const { id: accountId } = await database.selectFrom('account').select('id').executeTakeFirstOrThrow();
await bareCase(database, clock, CASE);
await linkCase(database, { accountId, receipt: CASE, how: 'claimed', at: after(clock, -HOUR) });

const { floors } = app.app;
const log = makeLog('silent');
const streams = makeStreams({ connection, log, readings: floors.flatMap(({ readings }) => readings ?? []) });
/** Lets something happen, does what workers would, and gives the alerts that were sent of it. */
async function alerted() {
  // Past what is gathered, while the person goes on in their session.
  clock.advance(11 * 60);
  await visit.get('/help');
  const kept = (await app.mailTo(email)).length;
  await changing(database, clock, 'feed', async (_, note) =>
    note({ kind: 'document-issued', receipt: CASE, ref: 'x', at: clock.now() }),
  );
  await streams.read();
  for (const { jobs } of floors) await jobs?.['tell-of-changes']?.('', new AbortController().signal);
  return (await app.mailTo(email)).slice(kept);
}
const linkOf = (text: string) => /https?:\/\/\S+(\/alerts\/unsubscribe\?token=\S+)/.exec(text)?.[1] ?? '';
const PAGE = '/account/alerts';
const EVERYTHING = { 'email-status': 'yes', 'email-documents': 'yes', 'email-papers': 'yes' };
const EVERYTHING_ALWAYS = { ...EVERYTHING, quiet: 'none', from: '1320', until: '420' };
const isTicked = (body: string, name: string) =>
  /checked/.test(new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(body)?.[0] ?? '');

describe('the page of alerts', () => {
  it('is reached from the account, and says what holds for whoever chose nothing', async () => {
    expect((await visit.get('/account')).body).toContain(`href="${PAGE}"`);
    const { body } = await visit.get(PAGE);
    for (const name of Object.keys(EVERYTHING)) expect(isTicked(body, name)).toBe(true);
    expect(body).toContain(email);
  });

  it('keeps what is chosen, and gives it back with its fault where it makes no sense', async () => {
    const wrong = await visit.post(
      PAGE,
      { 'email-papers': 'yes', quiet: 'some', from: '60', until: '60' },
      PAGE,
    );
    expect(wrong.statusCode).toBe(422);
    for (const senseless of [
      {},
      { quiet: 'x', from: '60', until: '90' },
      { quiet: 'some', from: '1440', until: '' },
    ])
      expect((await visit.post(PAGE, senseless, PAGE)).statusCode).toBe(422);
    expect(wrong.body).toContain('Choose two different times');
    expect([isTicked(wrong.body, 'email-papers'), isTicked(wrong.body, 'email-status')]).toEqual([
      true,
      false,
    ]);
    expect(isTicked((await visit.get(PAGE)).body, 'email-status')).toBe(true);
    const right = { 'email-papers': 'yes', quiet: 'some', from: '60', until: '120' };
    const { body } = await visit.follow(await visit.post(PAGE, right, PAGE));
    expect(body).toContain('We have saved how we tell you.');
    expect([isTicked(body, 'email-papers'), isTicked(body, 'email-status')]).toEqual([true, false]);
    expect(body).toMatch(/<option value="120" selected/);
    expect(await alerted()).toEqual([]);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
  });
});

describe('alerts by email', () => {
  it('are not ended by looking at the link, also by a program, and are by its button', async () => {
    const [{ text = '' } = {}] = await alerted();
    const link = linkOf(text);
    const reader = app.visit();
    for (const address of [link, `/api${link}`])
      expect((await reader.follow(await reader.get(address))).body).toContain('Stop these emails');
    expect((await alerted()).length).toBe(1);
    const token = new URL(link, 'http://x').searchParams.get('token') ?? '';
    const { body } = await reader.follow(await reader.post('/alerts/unsubscribe', { token }, link));
    expect(body).toContain('Emails about the security of your account still come.');
    expect(await alerted()).toEqual([]);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
  ])(
    'are ended by one POST of a mail program as %s (RFC 8058), and mail about security is not',
    async (type, payload) => {
      const [{ text = '' } = {}] = await alerted();
      const post = (url: string) =>
        server.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
      expect((await post('/api/alerts/unsubscribe?token=wrong')).statusCode).toBe(404);
      expect((await post(`/api${linkOf(text)}`)).statusCode).toBe(204);
      expect((await post(`/api${linkOf(text)}`)).statusCode).toBe(204);
      expect(await alerted()).toEqual([]);
      const before = (await app.mailTo(email)).length;
      // In a browser that the account does not know.
      await signIn(app, person);
      expect((await app.mailTo(email)).length).toBe(before + 1);
      await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
    },
  );
});

describe('the end of all alerts by email', () => {
  const NOTHING = { quiet: 'none', from: '1320', until: '420' };
  const OFF = 'You have had no alerts by email since';
  const ENDED = 'Alerts by email were switched off';
  const notices = async () =>
    (await app.mailTo(email)).filter(({ subject }) => subject.includes(ENDED)).length;
  const events = async () =>
    (await database.selectFrom('security_event').select('id').where('kind', '=', 'alerts-ended').execute())
      .length;

  it('is told to every address and noted, once, however they end, and the page says since when', async () => {
    expect((await visit.get(PAGE)).body).not.toContain(OFF);
    const [told, noted] = [await notices(), await events()];
    for (let twice = 0; twice < 2; twice += 1) await visit.post(PAGE, NOTHING, PAGE);
    expect([await notices(), await events()]).toEqual([told + 1, noted + 1]);
    expect((await visit.get(PAGE)).body).toContain(OFF);
    expect((await visit.get('/account/security/activity')).body).toContain('Alerts by email switched off');
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
    expect((await visit.get(PAGE)).body).not.toContain(OFF);
    // Some are left.
    await visit.post(PAGE, { ...NOTHING, 'email-papers': 'yes' }, PAGE);
    expect([await notices(), await events()]).toEqual([told + 1, noted + 1]);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
    const [{ text = '' } = {}] = await alerted();
    const post = () => server.inject({ method: 'POST', url: `/api${linkOf(text)}` });
    expect([(await post()).statusCode, (await post()).statusCode]).toEqual([204, 204]);
    expect([await notices(), await events()]).toEqual([told + 2, noted + 2]);
    expect((await visit.get(PAGE)).body).toContain(OFF);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
  });

  it('comes by no link from before they were switched on again', async () => {
    const [{ text = '' } = {}] = await alerted();
    const link = linkOf(text);
    const end = async (url: string) =>
      (await server.inject({ method: 'POST', url: `/api${url}` })).statusCode;
    expect(await end(link)).toBe(204);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
    expect(await end(link)).toBe(404);
    const reader = app.visit();
    expect((await reader.get(link)).body).toContain('This link does not stop anything');
    const [{ text: newer = '' } = {}] = await alerted();
    expect(await end(linkOf(newer))).toBe(204);
    await visit.post(PAGE, EVERYTHING_ALWAYS, PAGE);
  });

  it('is refused while the account is under alarm, as every change is', async () => {
    await database
      .updateTable('account')
      .set({ alarmed_at: clock.now() })
      .where('id', '=', accountId)
      .execute();
    const told = await notices();
    for (const [path, typed] of [
      [PAGE, NOTHING],
      [`${PAGE}/retry`, {}],
    ] as const)
      expect((await visit.post(path, typed, PAGE)).headers.location).toContain('/protected');
    await database.updateTable('account').set({ alarmed_at: null }).where('id', '=', accountId).execute();
    expect(isTicked((await visit.get(PAGE)).body, 'email-status')).toBe(true);
    expect(await notices()).toBe(told);
  });
});

describe('what a mail provider says', () => {
  const post = (payload: string, { type = 'application/json', secret = SECRET } = {}) =>
    server.inject({
      method: 'POST',
      url: '/api/bounces',
      headers: { 'content-type': type, authorization: `Bearer ${secret}` },
      payload,
    });

  it('is taken from nobody without its secret, and not where it makes no sense', async () => {
    expect((await post('{}', { secret: 'wrong' })).statusCode).toBe(401);
    expect((await post('{}')).statusCode).toBe(400);
    expect((await post('<xml/>', { type: 'text/xml' })).statusCode).toBe(415);
    expect((await post('Subject: x\r\n\r\ny', { type: 'message/rfc822' })).statusCode).toBe(204);
  });

  it('is a task on home until the person says that the address works', async () => {
    expect((await alerted()).length).toBe(1);
    // Nothing in it can be opened, so home would not know how to show it.
    await database.deleteFrom('case_link').execute();
    const { id } = await database
      .selectFrom('alert_delivery')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect((await visit.get('/home')).body).not.toContain('Check your email address');
    const report = JSON.stringify({ messageId: `<${id}@arcadia.example>`, action: 'failed' });
    expect((await post(report)).statusCode).toBe(204);
    expect((await visit.get('/home')).body).toContain('Check your email address');
    expect((await visit.get(PAGE)).body).toContain(`Our emails to ${email} come back`);
    await visit.follow(await visit.post(`${PAGE}/retry`, {}, PAGE));
    expect((await visit.get('/home')).body).not.toContain('Check your email address');
  });
});
