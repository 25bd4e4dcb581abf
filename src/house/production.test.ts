import { expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';

const app = await testApp({
  environment: {
    NODE_ENV: 'production',
    PORTICO_AGENCY: 'agencies/arcadia',
    PORTICO_PUBLIC_URL: 'https://portal.arcadia.example',
    PORTICO_KEY_RING: '/nowhere/key-ring.json',
    DATABASE_URL: 'postgres://portico@db.invalid/portico?sslmode=verify-full',
    SMTP_URL: 'smtps://mail.invalid',
    PORTICO_MAIL_FROM: 'portal@arcadia.example',
  },
});

it('has nothing of the demonstration outside of it: no route, no link, no help with the codes (ASVS 15.2.3)', async () => {
  expect(app.routes.length).toBeGreaterThan(30);
  expect(app.routes.filter(({ url }) => url.includes('demo'))).toEqual([]);
  for (const url of [
    '/demo/mailbox',
    '/demo/mailbox.json',
    '/demo/authenticator',
    '/demo/notices',
    '/demo/agency',
  ])
    expect([url, (await app.visit().get(url)).statusCode]).toEqual([url, 404]);
  for (const url of ['/', '/sign-in', '/sign-up']) {
    const { body } = await app.visit().get(url);
    expect(body).not.toMatch(/\/demo\/|copper-lantern-harbor/);
  }
});

it('names every cookie so that it is bound to this very host over https (ASVS 3.3.1, 3.3.3)', async () => {
  const visit = app.visit();
  await visit.get('/?lang=es');
  await visit.get('/sign-up');
  await visit.post('/sign-up', { email: 'someone@example.org' });
  expect([...visit.cookies.keys()].sort()).toEqual(
    ['csrf', 'language', 'sign-up'].map((name) => `__Host-portico-${name}`),
  );
  expect((await visit.get('/help')).body).toContain('<html lang="es"');
});
