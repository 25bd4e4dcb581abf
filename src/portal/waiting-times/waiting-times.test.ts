import { describe, expect, it } from 'vitest';
import { loadBackground } from '../../demo/index.ts';
import { loadAgency } from '../../platform/agency/index.ts';
import { testApp } from '../../testing/app.ts';
import { signIn, signUp } from '../../testing/people.ts';

const app = await testApp({ people: true });
const { database, vault, clock } = app;
const agency = loadAgency(app.config.agencyFolder);
const load = () => loadBackground({ agency, database, vault, clock });
const said = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const page = async (url: string) => {
  const { statusCode, body } = await app.visit().get(url);
  return { statusCode, body, text: said(body) };
};

describe('the pages of waiting times', () => {
  it('say of each form that there are too few decisions, as long as there are', async () => {
    const { statusCode, text } = await page('/waiting-times');
    expect(statusCode).toBe(200);
    expect(text.match(/Too few decisions to say/g)).toHaveLength(4);
    expect(text).toContain('Work permit To get permission to work in Arcadia');
    const form = (await page('/waiting-times/WORK-4')).text;
    for (const said of [
      'To get permission to work',
      'We made fewer than 50 decisions',
      'we expect 8 to 20 weeks',
    ])
      expect(form).toContain(said);
    expect((await page('/status?receipt=ARC2690048213')).text).toContain('We cannot say yet');
  });

  it('have numbers once the background of the demonstration is there, which is loaded once', async () => {
    const first = await load();
    expect(first).toMatchObject({ known: 0, bad: 0 });
    expect(first?.added).toBeGreaterThan(5000);
    expect(await load()).toBeNull();
    const { text, body } = await page('/waiting-times');
    expect(text).not.toContain('Too few decisions to say');
    for (const form of ['NAT-1', 'CARD-2', 'FAM-3', 'WORK-4'])
      expect(body).toContain(`href="/waiting-times/${form}"`);
    expect(text).toContain('Kaplan–Meier');
    expect(body).toContain('href="/status"');
  });

  it('show a form by itself and by office, and nothing of an office with too few', async () => {
    const { statusCode, text } = await page('/waiting-times/WORK-4');
    expect(statusCode).toBe(200);
    expect(text).toMatch(/Half of these applications are decided within \d+ days/);
    expect(text).toMatch(/You may ask us about yours after \d+ days/);
    expect(text).toMatch(/Port Aurelia \d+ days/);
    expect(text).toMatch(/Novaria Too few decisions to say/);
    const ends = /8 of 10 take \d+ to (\d+) days/.exec(text)?.[1];
    // One number on one axis: who is slower than 9 in 10 may ask.
    expect(text).toContain(`from day ${ends}`);
  });

  it.each([
    '/waiting-times/NONE-1',
    '/waiting-times/work-4',
    '/waiting-times/__proto__',
    '/waiting-times/%00',
  ])('are not there for what is no form: %s', async (url) => {
    expect((await page(url)).statusCode).toBe(404);
  });

  it('speak Spanish', async () => {
    const { body } = await app.visit().get('/waiting-times/WORK-4', { 'accept-language': 'es' });
    expect(said(body)).toMatch(/La mitad de estas solicitudes se decide en \d+ días/);
  });

  it('lead whoever is signed in to their own cases', async () => {
    const person = await signUp(app);
    const { visit } = await signIn(app, person);
    expect((await visit.get('/waiting-times')).body).toContain('<a class="usa-button" href="/cases">');
  });

  it('put a case on the same axis for whoever has its number', async () => {
    const { text } = await page('/status?receipt=ARC2690048213');
    expect(text).toMatch(/This case has waited 4\d days\./);
    expect(text).toMatch(/This case: day 4\d/);
    expect(text).toMatch(/You may ask us about it from \w+ \d+, 202[67] \(day \d+\)/);
    expect((await page('/status?receipt=ARC2690007754')).text).toMatch(/We decided after \d+ days/);
  });

  it('are led to from every page', async () => {
    expect((await page('/help')).body.match(/href="\/waiting-times"/g)).toHaveLength(2);
  });
});
