import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { loadAgency } from '../agency/index.ts';
import { connect, takeTransactionLock } from '../database/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { createServer, makeGate } from './index.ts';

const app = await testApp();
const agency = loadAgency(app.config.agencyFolder);
const lines: string[] = [];
const raises = (code: string) =>
  sql.raw(`do $$ begin raise 'of quill' using errcode = '${code}'; end $$`).execute(app.database);
const anyone = { access: 'anyone' } as const;
const gated = {
  access: 'anyone',
  csrf: false,
  rateLimit: false,
  gate: makeGate({ places: 1, line: 1 }),
} as const;
const { server } = await createServer({
  ...app,
  agency,
  languages: loadLanguages(`${app.config.root}/locales`, agency),
  log: pino({}, { write: (line) => void lines.push(line) }),
  navigation: () => [],
  pages: [
    (scope) => {
      scope.get('/fails', { config: anyone }, async () => {
        throw new Error('column "secret_of_quill" does not exist');
      });
      scope.get<{ Params: { code: string } }>('/raises/:code', { config: anyone }, ({ params }) =>
        raises(params.code),
      );
      scope.post('/gated', { config: gated }, () => raises('53100'));
      scope.get('/ends', { config: anyone }, () =>
        sql`select pg_terminate_backend(pg_backend_pid())`.execute(app.database),
      );
      scope.get('/waits', { config: anyone }, () =>
        app.database.transaction().execute(async (transaction) => {
          await sql`set local lock_timeout = '10ms'`.execute(transaction);
          await takeTransactionLock(transaction, 'chain');
        }),
      );
    },
  ],
  api: [
    (scope) =>
      void scope.get<{ Params: { code: string } }>('/raises/:code', { config: anyone }, ({ params }) =>
        raises(params.code),
      ),
  ],
});
afterAll(() => server.close());
const get = (url: string) => server.inject({ url, headers: { 'accept-language': 'es' } });
const lineOf = (route: string) => lines.findLast((line) => line.includes(`"route":"${route}"`));

it('answers a fault of its own with a page that tells nothing of it, and logs where it was (ASVS 16.3.4, 16.5.1)', async () => {
  const answer = await get('/fails');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain('<html lang="es"');
  expect(answer.body).not.toMatch(/quill|column|errors\.test|at \w+ \(/i);
  const logged = lines.find((line) => line.includes('request failed')) ?? '';
  expect(logged).toContain('errors.test.ts');
  expect(logged).not.toContain('quill');
});

describe('a database that cannot do it now', () => {
  it.each([
    '53100',
    '53200',
    '53300',
    '57014',
    '57P01',
    '57P03',
    '55P03',
    '25006',
    '40001',
    '40P01',
    '08006',
  ])('has a person try again, and the log say %s', async (code) => {
    const answer = await get(`/raises/${code}`);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.body).toContain('<html lang="es"');
    expect(answer.body).toContain('Espere unos segundos');
    expect(lineOf('/raises/:code')).toContain(`"why":"${code}"`);
    const problem = await get(`/api/raises/${code}`);
    expect([problem.statusCode, problem.headers['retry-after']]).toEqual([503, '5']);
  });

  it('is one whose lock somebody holds, or that ends the connection', async () => {
    const other = connect(app.url, 1);
    await other.database.transaction().execute(async (transaction) => {
      await takeTransactionLock(transaction, 'chain');
      expect((await get('/waits')).statusCode).toBe(503);
    });
    await other.close();
    expect((await get('/waits')).statusCode).toBe(200);
    expect((await get('/ends')).statusCode).toBe(503);
    expect(lineOf('/ends')).toMatch(/"why":"(57P01|connection-broken)"/);
  });

  it('is none that was asked for what it does not have', async () => {
    // The connection that ended may be given out once more.
    await expect.poll(async () => (await get('/raises/23505')).statusCode).toBe(500);
    expect((await get('/raises/42703')).statusCode).toBe(500);
  });

  it('is told apart in the log from a crowd before a gate, and counted as one is', async () => {
    for (let times = 0; times < 2; times++)
      expect((await server.inject({ method: 'POST', url: '/gated' })).statusCode).toBe(503);
    await server.close();
    const [said, ...more] = lines.filter((line) => line.includes('refused requests'));
    expect(more).toEqual([]);
    expect(JSON.parse(said ?? '')).toMatchObject({ route: '/gated', why: '53100', times: 2, status: 503 });
  });
});
