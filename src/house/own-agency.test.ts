import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtLook } from '../platform/look/index.ts';
import { freshDatabase } from '../testing/database.ts';
import { freePort } from '../testing/ports.ts';
import { startProgram } from '../testing/process.ts';

/** An agency with forms, statuses, colours and a language of its own, and without a demonstration. */
const NORLAND = join(import.meta.dirname, '../testing/norland');
const root = join(import.meta.dirname, '../..');
const MINUTES = 180_000;

const temporary = mkdtempSync(join(tmpdir(), 'portico-own-agency-'));
const database = await freshDatabase();
const port = await freePort();
const environment = {
  NODE_ENV: 'production',
  PORT: String(port),
  PORTICO_LOG_LEVEL: 'info',
  PORTICO_METRICS_PORT: String(await freePort()),
  PORTICO_DATA: temporary,
  PORTICO_AGENCY: NORLAND,
  PORTICO_PUBLIC_URL: 'https://portal.norland.example',
  PORTICO_KEY_RING: join(temporary, 'key-ring.json'),
  DATABASE_URL: database.url,
  SMTP_URL: 'smtp://localhost:1',
  PORTICO_MAIL_FROM: 'portal@norland.example',
};
const PERSON = { family: 'Hansen', given: 'Kari', born: '1990-05-17', birthCountry: 'GB' };
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(temporary, { recursive: true });
}, MINUTES);

const page = async (path: string, language: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-language': language } })).text();

describe('an agency of its own', () => {
  it('has no fault, and is told which words of its language are missing', async () => {
    expect(existsSync(join(NORLAND, 'demo'))).toBe(false);
    const check = startProgram('commands/check-agency.js', [NORLAND], {});
    expect(await check.ended).toBe(0);
    expect(check.err()).toBe('');
    expect(check.out()).toMatch(/locales\/nb: missing, so said in English \(\d+\): .*sign-in\.no-account/);
  });

  it(
    'starts in production without a demonstration, in its languages and words, and logs those that are missing',
    async () => {
      expect(await startProgram('commands/keys.js', ['create'], environment).ended).toBe(0);
      const arcadias = () => {
        const folder = builtLook(root, join(root, 'agencies/arcadia'));
        return readdirSync(folder).map((name) => [folder, name, statSync(join(folder, name)).mtimeMs]);
      };
      const before = arcadias();
      const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), 'look'], {
        env: { ...process.env, PORTICO_AGENCY: NORLAND },
        encoding: 'utf8',
      });
      expect(built.status).toBe(0);
      expect(arcadias()).toEqual(before);
      const server = startProgram('main.js', [], environment);
      stops.push(async () => {
        server.child.kill('SIGTERM');
        await server.ended;
      });
      await Promise.race([
        expect
          .poll(server.out, { timeout: MINUTES })
          .toContain('Portico is ready at https://portal.norland.example'),
        server.ended.then((code) => {
          throw new Error(`ended with ${code}: ${server.err()}`);
        }),
      ]);
      const norwegian = await page('/sign-in', 'nb');
      expect(norwegian).toContain('<html lang="nb"');
      expect(norwegian).toContain('E-post eller brukernavn');
      expect(norwegian).toContain('Create an account');
      expect(norwegian).toContain('Norland oppholdsdirektorat');
      expect(await page('/sign-in', 'en')).toContain('<h1>Log in</h1>');
      expect(await page('/sign-in', 'es')).toContain('Dirección de Residencia de Norland');
      expect(norwegian).not.toContain('/demo/');
      const logo = /<img class="portico-brand__logo" src="([^"]+)"/.exec(norwegian)?.[1] ?? '';
      expect(await page(logo, 'nb')).toBe(readFileSync(join(NORLAND, 'look/logo.svg'), 'utf8'));
      expect(norwegian).not.toContain('Arcadia');
      const statement = await fetch(`http://127.0.0.1:${port}/privacy`, {
        headers: { 'accept-language': 'nb' },
        redirect: 'manual',
      });
      expect([statement.status, statement.headers.get('location')]).toEqual([
        302,
        'https://www.norland.example/nb/privacy',
      ]);
      const styles = /<link rel="stylesheet" href="([^"]+)"/.exec(norwegian)?.[1] ?? '';
      expect(await page(styles, 'nb')).not.toContain('ornament');

      const lines = join(temporary, 'cases.ndjson');
      const line = {
        id: '1',
        at: '2026-01-05T10:00:00Z',
        form: 'STUDY',
        status: 'registered',
        person: PERSON,
      };
      writeFileSync(
        lines,
        ['N-2026-000123', 'ARC2190000042']
          .map((receipt) => `${JSON.stringify({ ...line, id: receipt, receipt })}\n`)
          .join(''),
      );
      const feed = startProgram('commands/feed.js', [lines], environment);
      expect(await feed.ended).toBe(1);
      expect(feed.err()).toContain('"receipt" must be written as N-####-###### or NOR########');
      expect(await page('/status', 'nb')).toContain('En N, året og 6 sifre');
      expect(await page('/status?receipt=ARC2190000042', 'en')).toContain('not one of our receipt numbers');
      expect(await page('/status?receipt=n+2026%2F000123', 'nb')).toContain('>N-2026-000123<');
      await expect
        .poll(server.out, { timeout: MINUTES })
        .toContain('"key":"sign-in.no-account","language":"nb","msg":"missing word"');
    },
    MINUTES,
  );
});
