import { describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';

const app = await testApp();

describe('the help', () => {
  it.each(['en', 'es'])('has an index whose every link leads to its answer, in %s', async (language) => {
    const page = await app.visit().get('/help', { 'accept-language': language });
    const { statusCode } = page;
    const body = page.body.slice(0, page.body.indexOf('</main>'));
    expect(statusCode).toBe(200);
    const links = [...body.matchAll(/<li><a href="#([\w-]+)">([^<]+)</g)].map(([, id, title]) => [id, title]);
    const answers = [...body.matchAll(/<h2 id="([\w-]+)">([^<]+)</g)].map(([, id, title]) => [id, title]);
    expect(links.length).toBeGreaterThan(10);
    expect(links).toEqual(answers);
    expect(body).toContain(`${app.config.publicUrl.origin}/`);
  });
});
