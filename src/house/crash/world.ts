import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createAccount } from '../../identity/core/accounts/index.ts';
import { readPolicy } from '../../identity/index.ts';
import { makeSessions } from '../../identity/session/sessions/index.ts';
import { type Agency, loadAgency } from '../../platform/agency/index.ts';
import { systemClock } from '../../platform/clock/index.ts';
import { keyRingFile, newKeyRing, openVault, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { linkCase } from '../../records/cases/index.ts';
import { freshDatabase } from '../../testing/database.ts';
import { PERSON } from '../../testing/identity.ts';
import { type Server, startServer } from '../../testing/process.ts';

/** Somebody who is signed in. */
export type Reader = { readonly accountId: string; readonly cookie: string };

/** An agency's portal as its operator runs it: a database, a folder of data, and a server that may be started again. */
export type World = {
  readonly database: Database;
  readonly vault: Vault;
  readonly agency: Agency;
  readonly folder: string;
  readonly environment: Record<string, string>;
  /** Where the server answers. */
  address(): string;
  start(): Promise<void>;
  /** What the server has said on standard error. */
  warned(): string;
  /** Ends it at once, and with it its worker. */
  kill(): Promise<void>;
  /** A person to whom cases belong. */
  reader(name: string, receipts: readonly string[]): Promise<Reader>;
};

/** @param storage what says where blobs are kept, where it is not the folder `blobs` */
export async function makeWorld(storage: Record<string, string> = {}): Promise<World> {
  const test = await freshDatabase();
  const { database } = test;
  const folder = mkdtempSync(join(tmpdir(), 'portico-crash-'));
  mkdirSync(join(folder, 'sent'));
  const ring = keyRingFile(join(folder, 'key-ring.json'));
  ring.save(newKeyRing());
  const vault = openVault(ring.load());
  const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
  const environment = {
    NODE_ENV: 'production',
    PORTICO_LOG_LEVEL: 'warn',
    PORTICO_DATA: join(folder, 'data'),
    PORTICO_AGENCY: agency.folder,
    PORTICO_KEY_RING: join(folder, 'key-ring.json'),
    PORTICO_PUBLIC_URL: 'https://portal.arcadia.example',
    DATABASE_URL: test.url,
    SMTP_URL: 'smtps://mail.invalid',
    PORTICO_MAIL_FROM: 'portal@arcadia.example',
    ...storage,
  };
  let server: Server | null = null;
  const kill = async () => {
    server?.child.kill('SIGKILL');
    await server?.ended;
    server = null;
  };
  afterAll(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = systemClock;
  const sessions = makeSessions({ database, vault, clock, policy: readPolicy(agency.policy).session });
  return {
    database,
    vault,
    agency,
    folder,
    environment,
    address: () => `http://localhost:${server?.port ?? 0}`,
    start: async () => {
      server = await startServer(environment);
    },
    warned: () => server?.err() ?? '',
    kill,
    reader: async (name, receipts) => {
      const account = await database.transaction().execute(async (transaction) => {
        const email = `${name}@example.org`;
        const made = { person: PERSON, email, language: 'en', passwordHash: 'none' };
        return createAccount(transaction, { vault, clock }, made);
      });
      if (account === null) throw new Error(`${name} is there already`);
      const accountId = account.id;
      for (const receipt of receipts)
        await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
      const token = await sessions.begin(database, accountId, { proven: true, deviceId: null });
      return { accountId, cookie: `__Host-portico-session=${token}` };
    },
  };
}
