import { describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';

const app = await testApp();
const main = (body: string) => body.slice(body.indexOf('<main'), body.indexOf('</main>'));

describe('the statements of an agency', () => {
  it.each([
    ['/privacy', 'en', 'Privacy', 'Cookies keep you signed in'],
    ['/privacy', 'es', 'Privacidad', 'Las cookies mantienen abierta su sesión'],
    ['/terms', 'en', 'Terms of use', 'does not exist'],
    ['/accessibility', 'es', 'Accesibilidad', 'nivel AA'],
  ])(
    'are pages of its own text, which the foot of each page leads to: %s, %s',
    async (path, language, title, text) => {
      const { statusCode, body } = await app.visit().get(path, { 'accept-language': language });
      expect(statusCode).toBe(200);
      expect(main(body)).toContain(`<h1>${title}</h1>`);
      expect(main(body)).toContain(text);
      expect(body.slice(body.indexOf('<footer'))).toContain(`<a href="${path}">${title}</a>`);
    },
  );

  it('are told of before anything personal is asked for', async () => {
    const { body } = await app.visit().get('/sign-up');
    const form = body.indexOf('name="email"');
    for (const path of ['/privacy', '/terms']) {
      expect(main(body)).toContain(`<a href="${path}">`);
      expect(body.indexOf(`<a href="${path}">`)).toBeLessThan(form);
    }
  });

  it('stand beside every way to reach it', async () => {
    const { body } = await app.visit().get('/');
    const foot = body.slice(body.indexOf('<footer'));
    for (const said of [
      'tel:5550142',
      'tel:5550143',
      'Monday to Friday',
      'mailto:help@arcadia.example',
      '14 Lantern Quay',
    ])
      expect(foot).toContain(said);
  });
});
