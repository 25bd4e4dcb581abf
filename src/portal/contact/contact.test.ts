import { describe, expect, it } from 'vitest';
import { asAccountId, openAccountKey } from '../../identity/core/accounts/index.ts';
import { isUnderAlarm } from '../../identity/session/alarm/index.ts';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadCaseCatalogue } from '../../records/cases/index.ts';
import { unconfirmedContacts } from '../../records/contact/index.ts';
import { testApp } from '../../testing/app.ts';
import { appCode, type Newcomer, signIn, signUp } from '../../testing/people.ts';

const app = await testApp({ people: true });
const { clock, database } = app;
const PAGE = '/account/contact';
const CHANGE = '/account/contact/change';

const US = {
  'home-country': 'US',
  'home-line1': '88  Saltmarsh Lane ',
  'home-city': 'Portland',
  'home-state': 'ME',
  'home-postcode': '04101',
  'mail-same': 'yes',
};
const change = ({ visit }: Newcomer, said: Readonly<Record<string, string>>) =>
  visit.post(CHANGE, said, PAGE);
const versions = () => database.selectFrom('contact_version').select('id').execute();

describe('contact details', () => {
  it('are shown and changed behind a step-up, with word to every address and in the activity (ASVS 7.5.1)', async () => {
    const person = await signUp(app);
    const { visit, email } = person;
    clock.advance(601);
    for (const url of [PAGE, CHANGE])
      expect((await visit.get(url)).headers.location).toMatch(/^\/account\/confirm\?return=/);
    expect((await change(person, US)).headers.location).toMatch(/^\/account\/confirm\?/);
    const confirm = `/account/confirm/code?${new URLSearchParams({ return: CHANGE })}`;
    clock.advance(30);
    await visit.post(confirm, { code: appCode(app, person.secret) }, confirm);
    // What was typed before is there again.
    expect((await visit.get(CHANGE)).body).toContain('value="88  Saltmarsh Lane "');
    const mails = (await app.mailTo(email)).length;
    const done = await change(person, US);
    expect(done.headers.location).toBe(`${PAGE}?done=saved`);
    const page = (await visit.follow(done)).body;
    for (const text of ['88 Saltmarsh Lane', 'Portland, ME 04101', 'United States', email])
      expect(page).toContain(text);
    const told = (await app.mailTo(email)).slice(mails);
    expect(told.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Your contact details were changed'),
    ]);
    for (const secret of ['Saltmarsh', 'Portland', '04101']) expect(told[0]?.text).not.toContain(secret);
    expect((await visit.get('/account/security/activity')).body).toContain('Address changed');
    // As it was is no change, and nobody is told.
    expect((await change(person, US)).headers.location).toBe(`${PAGE}?done=same`);
    expect(await app.mailTo(email)).toHaveLength(mails + 1);
    expect((await visit.get('/account')).body).toContain(`href="${PAGE}"`);
  });

  it('are asked for by the country, which is changed without losing what was typed', async () => {
    const person = await signUp(app);
    const before = (await versions()).length;
    const { body, statusCode } = await change(person, { ...US, 'home-country': 'PL', redraw: 'home' });
    expect(statusCode).toBe(200);
    expect(body).toContain('value="88  Saltmarsh Lane "');
    expect(body.indexOf('id="home-postcode"')).toBeLessThan(body.indexOf('id="home-city"'));
    expect(body).toContain('<input type="hidden" name="home-state" value="ME"');
    expect(await versions()).toHaveLength(before);
    // What the country has not is not kept with it.
    const saved = await change(person, { ...US, 'home-country': 'PL', 'home-postcode': '31-008' });
    expect(saved.headers.location).toBe(`${PAGE}?done=saved`);
    expect((await person.visit.follow(saved)).body).not.toContain('ME');
  });

  it('are doubted once, and used as typed where the person says so', async () => {
    const person = await signUp(app);
    const doubtful = { ...US, 'home-postcode': '97201', 'home-city': '' };
    const doubted = await change(person, doubtful);
    expect(doubted.statusCode).toBe(422);
    for (const text of [
      'City: letters usually need it',
      'it belongs to another part of the country',
      'as-typed',
    ])
      expect(doubted.body).toContain(text);
    expect((await person.visit.get(PAGE)).body).toContain('You have not told us an address');
    const used = await change(person, { ...doubtful, 'as-typed': 'yes' });
    expect((await person.visit.follow(used)).body).toContain('ME 97201');
  });

  it('are refused where nothing could be sent to, with a reason at each field', async () => {
    const person = await signUp(app);
    const refused = await change(person, { 'home-country': 'XX', 'mail-country': '' });
    expect(refused.statusCode).toBe(422);
    for (const text of ['Choose the country where you live', 'Enter the street and number where you live'])
      expect(refused.body).toContain(`>${text}</a>`);
    const { 'mail-same': _, ...elsewhere } = US;
    const unsaid = await change(person, elsewhere);
    for (const text of ['Choose the country to which', 'Enter the street and number to which'])
      expect(unsaid.body).toContain(text);
    const mail = {
      'mail-country': 'CA',
      'mail-line1': 'PO Box 4',
      'mail-city': 'Ottawa',
      'mail-state': 'ON',
    };
    const careOf = { 'mail-careOf': 'J. Nowak', 'mail-postcode': 'k1a 0b1' };
    const saved = await change(person, { ...elsewhere, ...mail, ...careOf });
    const { body } = await person.visit.follow(saved);
    for (const text of ['In care of J. Nowak', 'Ottawa ON K1A 0B1', 'Canada']) expect(body).toContain(text);
  });

  it('show case by case who has them, and say nothing of a case with an agreed address', async () => {
    const { visit } = await signIn(app, {
      email: 'amina',
      password: 'copper-lantern-harbor-42',
      secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
    });
    await visit.get('/home');
    const stateOf = async (receipt: string) => {
      const { body } = await visit.get(PAGE);
      const entry = body
        .split('<li class="portico-entry">')
        .find((each) => each.includes(`href="/cases/${receipt}"`));
      return entry?.includes('The office has this address') === true
        ? 'has'
        : entry === undefined
          ? null
          : 'sent';
    };
    const [first, second] = ['ARC2690001986', 'ARC2690007754'];
    expect([await stateOf(first), await stateOf(second)]).toEqual(['has', 'sent']);
    const play = async (url: string) => {
      const form = await visit.get(url);
      const event = /name="event" value="([^"]+)"/.exec(form.body)?.[1] ?? '';
      clock.advance(1);
      expect((await visit.post(url, { event }, url)).statusCode).toBe(303);
    };
    const played = await visit.get(`/demo/agency/${second}`);
    await play(/href="(\/demo\/agency\/[A-Z0-9]+\/contact\?[^"]+)"/.exec(played.body)?.[1] ?? 'no link');
    expect(await stateOf(second)).toBe('has');
    expect((await visit.get('/home')).body).toContain('The office has your new address');
    await play(`/demo/agency/${first}/safe-address`);
    expect(await stateOf(first)).toBe(null);
  });
});

describe('what the office is told', () => {
  it('is nothing of an account in which somebody else may be', async () => {
    const catalogue = loadCaseCatalogue(loadAgency(app.config.agencyFolder));
    const told = async () => {
      const unconfirmed = await unconfirmedContacts(
        database,
        catalogue,
        (id) => openAccountKey(database, app.vault, asAccountId.parse(id)),
        isUnderAlarm,
      );
      return unconfirmed.filter(({ details }) => details.home.line1 === '88 Saltmarsh Lane').length;
    };
    expect(await told()).toBeGreaterThan(0);
    await database.updateTable('account').set({ alarmed_at: clock.now() }).execute();
    expect(await told()).toBe(0);
    await database.updateTable('account').set({ alarmed_at: null }).execute();
    expect(await told()).toBeGreaterThan(0);
  });
});

describe('the time zone', () => {
  it('is the agency’s until another is chosen, and nothing that is none', async () => {
    const { visit } = await signUp(app);
    const shown = async () =>
      /New York, Eastern Time|Warsaw, Central European Time/.exec((await visit.get(PAGE)).body)?.[0];
    expect(await shown()).toBe('New York, Eastern Time');
    const choose = (zone: string) => visit.post('/account/time-zone', { zone }, '/account/time-zone');
    expect((await choose('Europe/Warsaw')).headers.location).toBe('/account?done=zone');
    expect(await shown()).toBe('Warsaw, Central European Time');
    expect((await choose('Nowhere/Town')).headers.location).toBe('/account/time-zone');
    expect(await shown()).toBe('Warsaw, Central European Time');
    await choose('');
    expect(await shown()).toBe('New York, Eastern Time');
  });
});
