// Writes src/platform/database/tables.generated.ts from a database that has every migration.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const output = process.argv[2] ?? join(root, 'src/platform/database/tables.generated.ts');

/** Runs the generator against a database. */
export function generateTables(url, file) {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/kysely-codegen/dist/cli/bin.js'),
      '--dialect',
      'postgres',
      '--url',
      url,
      '--out-file',
      file,
      '--default-schema',
      'public',
      '--include-pattern',
      'public.*',
      '--exclude-pattern',
      '*schema_migration*',
      '--date-parser',
      'string',
      '--numeric-parser',
      'string',
      '--no-camel-case',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], cwd: root, env: { PATH: process.env.PATH } },
  );
}

if (process.argv[1] === import.meta.filename) {
  const { startEmbeddedPostgres, connect, migrate } = await import('../dist/platform/database/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'portico-tables-'));
  const server = await startEmbeddedPostgres(folder);
  try {
    const connection = connect(server.url('postgres'));
    await migrate(connection.database, join(root, 'migrations'));
    await connection.close();
    generateTables(server.url('postgres'), output);
  } finally {
    await server.leave();
    rmSync(folder, { recursive: true, force: true });
  }
}
