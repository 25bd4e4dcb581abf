import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { agencyWithoutRequestLimits } from './agency.ts';
import type { Run } from './bench.ts';
import { Connection, cookiesSet, get } from './http.ts';
import type { Passkey } from './passkey.ts';
import type { Accounts } from './plan.ts';
import { type Portico, startPortico } from './portico.ts';
import { migrated, vacuum } from './postgres.ts';
import { databases, root } from './product.ts';
import { makeKeyRing, type Seeding, seedAccounts, seedCases, seedPasskeys, seedSessions } from './seed.ts';

export type Stage = {
  readonly portico: Portico;
  readonly databaseUrl: string;
  /** Cookies of people who are signed in. */
  readonly cookies: readonly string[];
  /** The cases of each of them. */
  readonly receipts: readonly (readonly string[])[];
  /** Of the first accounts, one each. */
  readonly passkeys: readonly Passkey[];
  /** The token of the device that every account knows. */
  readonly device: string;
  /** The accounts that nobody has signed in to yet, so that a load begins where the one before ended. */
  nextAccounts(used: number): Accounts;
  /** Opens its database and keys for whoever does what the agency does while the server runs. */
  open(): Seeding;
  close(): Promise<void>;
};

export type Cast = {
  /** How many can sign in. */
  readonly accounts: number;
  /** How many of those are signed in already, with cases of their own. */
  readonly signedIn?: number;
  readonly casesEach?: number;
  /** Whether there are documents and requests for papers of their cases too. */
  readonly papers?: true;
  /** How many have a passkey besides. */
  readonly passkeys?: number;
  /** The built-in agency as it is, with its limits of requests for one address. */
  readonly limits?: true;
  /** Settings of the server. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More to put into the database before the server starts. */
  readonly crowd?: (seeding: Seeding) => Promise<void>;
};

/** A database of its own with people in it, and a server before it. */
export async function setStage(run: Run, name: string, cast: Cast): Promise<Stage> {
  const folder = join(run.folder, name);
  mkdirSync(folder, { recursive: true });
  const databaseUrl = await run.postgres.create(name);
  const agencyFolder =
    cast.limits === true
      ? join(root, 'agencies/arcadia')
      : agencyWithoutRequestLimits(join(folder, 'agency'));
  const seeding: Seeding = {
    connection: await migrated(databaseUrl),
    keyRingPath: makeKeyRing(folder),
    agencyFolder,
  };
  const { ids, device } = await seedAccounts(seeding, cast.accounts);
  const signedIn = ids.slice(0, cast.signedIn ?? 0);
  const sessions = await seedSessions(seeding, signedIn);
  const receipts =
    cast.casesEach === undefined
      ? new Map()
      : await seedCases(seeding, signedIn, { each: cast.casesEach, papers: cast.papers === true });
  const passkeys = await seedPasskeys(seeding, ids.slice(0, cast.passkeys ?? 0));
  await cast.crowd?.(seeding);
  await vacuum(seeding.connection);
  await seeding.connection.close();
  const portico = await startPortico({
    folder,
    databaseUrl,
    agencyFolder,
    keyRingPath: seeding.keyRingPath,
    environment: cast.environment,
    profileFolder: run.profileFolder,
  });
  const cookies = await asBrowsersKeepThem(portico.port, sessions);
  const from = Math.max(signedIn.length, passkeys.length);
  let first = from;
  return {
    portico,
    databaseUrl,
    cookies,
    passkeys,
    device,
    receipts: signedIn.map((id) => receipts.get(id) ?? []),
    nextAccounts: (used) => {
      const accounts = { from, to: cast.accounts, first, device };
      first += used;
      return accounts;
    },
    open: () => ({ ...seeding, connection: databases.connect(databaseUrl) }),
    close: () => portico.stop(),
  };
}

/** The cookies of sessions once each has opened a page, with what that page sets beside. */
async function asBrowsersKeepThem(port: number, sessions: readonly string[]): Promise<readonly string[]> {
  const connection = await Connection.open(port);
  const kept: string[] = [];
  for (const session of sessions) {
    const { head } = await connection.send(get('/home', session));
    kept.push([session, ...cookiesSet(head)].join('; '));
  }
  connection.close();
  return kept;
}
