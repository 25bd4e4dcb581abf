import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MovableClock, movableClock } from '../src/testing/clock.ts';
import { built, root } from './built.ts';
import { POSTGRES } from './global-setup.ts';

/** A Portico of a worker's own, with the demonstration's people and cases. */
export type Portico = {
  readonly url: string;
  /** The time as the server has it. It stands still until it is moved. */
  readonly clock: MovableClock;
  /** How many rows a table has, to see that a refused request left nothing behind. */
  count(table: string): Promise<number>;
  stop(): Promise<void>;
};

/** Later than every event of the demo feed. */
const START = new Date('2026-11-22T15:00:00Z');

export async function startPortico(): Promise<Portico> {
  const { connect } = await built.database();
  const { readConfig } = await built.config();
  const { openFoundation } = await built.foundation();
  const { makeHasher } = await built.hashing();
  const { loadDemo } = await built.demo();
  const { makeFeed } = await built.feed();
  const { loadCaseCatalogue } = await built.cases();
  const { makeLog } = await built.log();
  const { buildApp } = await built.app();

  const maintenanceUrl = process.env[POSTGRES] ?? '';
  const name = `e2e_${randomBytes(8).toString('hex')}`;
  const maintenance = connect(maintenanceUrl, 1);
  await maintenance.pool.query(`create database ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'portico-e2e-data-'));
  const port = await freePort();
  const result = readConfig(
    {
      PORT: String(port),
      PORTICO_DATA: folder,
      PORTICO_LOG_LEVEL: 'fatal',
      DATABASE_URL: maintenanceUrl.replace(/\/postgres$/, `/${name}`),
    },
    root,
  );
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const { config } = result;
  const clock = movableClock(START);
  const foundation = await openFoundation(config, 'server');
  const { agency, database, vault, connection } = foundation;
  const hasher = makeHasher({ pepper: vault.pepper });
  const feed = makeFeed({
    database,
    vault,
    clock,
    catalogue: loadCaseCatalogue(agency),
    receiptPrefix: agency.receipt.prefix,
    languages: agency.languages,
  });
  await loadDemo({ agencyFolder: config.agencyFolder, database, vault, clock, hasher, feed });
  const { server, startWorker } = await buildApp({
    config,
    foundation,
    hasher,
    clock,
    log: makeLog(config.logLevel),
  });
  const worker = await startWorker();
  await server.listen({ port, host: 'localhost' });

  return {
    url: config.publicUrl.origin,
    clock,
    count: async (table) => {
      const { rows } = await connection.pool.query(`select count(*)::int as count from ${table}`);
      return rows[0].count;
    },
    stop: async () => {
      await server.close();
      await worker.stop();
      await foundation.close();
      await maintenance.pool.query(`drop database ${name} with (force)`);
      await maintenance.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, 'localhost', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
