import { expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';

const noted = async (environment: Record<string, string>) => {
  const lines: string[] = [];
  const app = await testApp({ environment, log: { write: (line) => void lines.push(line) } });
  for (let n = 0; n < 3; n++)
    await app.server.inject({ url: '/healthz', headers: { 'x-forwarded-for': '198.51.100.7' } });
  await app.server.inject({ url: '/healthz' });
  return lines.filter((line) => line.includes('PORTICO_TRUSTED_PROXIES'));
};

it('an address of somebody else from whom nobody trusts is noted once, and not which it was', async () => {
  const [line, ...more] = await noted({});
  expect(more).toEqual([]);
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 40 });
  expect(line).not.toContain('198.51.100.7');
  expect(await noted({ PORTICO_TRUSTED_PROXIES: '192.0.2.1' })).toHaveLength(1);
});

it('one from a trusted proxy is not', async () => {
  expect(await noted({ PORTICO_TRUSTED_PROXIES: '127.0.0.1' })).toEqual([]);
});
