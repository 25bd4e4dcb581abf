import { pino } from 'pino';
import { expect, it } from 'vitest';
import { testApp } from '../../testing/app.ts';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { createServer } from './index.ts';

const app = await testApp();

it('answers a fault of its own with a page that tells nothing of it, and logs where it was (ASVS 16.3.4, 16.5.1)', async () => {
  const lines: string[] = [];
  const agency = loadAgency(app.config.agencyFolder);
  const { server } = await createServer({
    ...app,
    agency,
    languages: loadLanguages(`${app.config.root}/locales`, agency.languages, agency.timeZone),
    log: pino({}, { write: (line) => void lines.push(line) }),
    navigation: () => [],
    pages: [
      (scope) =>
        void scope.get('/fails', { config: { access: 'anyone' } }, async () => {
          throw new Error('column "secret_of_quill" does not exist');
        }),
    ],
  });
  const answer = await server.inject({ url: '/fails', headers: { 'accept-language': 'es' } });
  await server.close();
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain('<html lang="es"');
  expect(answer.body).not.toMatch(/quill|column|errors\.test|at \w+ \(/i);
  const logged = lines.find((line) => line.includes('request failed')) ?? '';
  expect(logged).toContain('errors.test.ts');
  expect(logged).not.toContain('quill');
});
