import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './built.ts';
import { INSPECTED } from './inspect.ts';
import { makeTemplate, POSTGRES } from './portico.ts';

/** One PostgreSQL for the whole run, in which each worker makes a database of its own. */
// biome-ignore lint/style/noDefaultExport: Playwright takes the default export of this file.
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { startEmbeddedPostgres } = await built.database();
  const folder = mkdtempSync(join(tmpdir(), 'portico-e2e-'));
  const postgres = await startEmbeddedPostgres(folder, [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
  ]);
  const inspected = join(folder, 'inspected');
  mkdirSync(inspected);
  process.env[INSPECTED] = inspected;
  process.env[POSTGRES] = postgres.url('postgres');
  const tearDown = async () => {
    await postgres.leave();
    rmSync(folder, { recursive: true, force: true });
  };
  await makeTemplate(join(folder, 'template')).catch(async (error: unknown) => {
    await tearDown();
    throw error;
  });
  return tearDown;
}
