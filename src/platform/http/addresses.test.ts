import { expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';

const { server } = await testApp();

it.each([
  '/%zz',
  '/cases/%E0%A4%A',
  `/cases/${'a'.repeat(5_000)}`,
  '/%c0%ae%c0%ae/',
  '/status?receipt=%zz',
  '/unreadable-address',
])('answers an address that cannot be read with a page: %s', async (url) => {
  const reply = await server.inject({ url, headers: { 'accept-language': 'es' } });
  expect(reply.statusCode).toBeGreaterThanOrEqual(400);
  expect(reply.statusCode).toBeLessThan(500);
  expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
  expect(reply.body).toContain('<html lang="es"');
});

it('leaves what follows the path alone', async () => {
  const reply = await server.inject({ url: `/sign-in?return=/home&x=${'%zz'}` });
  expect(reply.statusCode).toBe(200);
});
