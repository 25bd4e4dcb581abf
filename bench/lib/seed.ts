import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Secret } from 'otpauth';
import { agencyLines, statusLines } from './agency-lines.ts';
import { authenticator, type Passkey, stored } from './passkey.ts';
import { SITE } from './portico.ts';
import type { migrated } from './postgres.ts';
import {
  accounts,
  agencies,
  apps,
  cases,
  clocks,
  crypto,
  devices,
  feed,
  hashing,
  passkeys,
  passwords,
  policies,
  sessions,
  waits,
} from './product.ts';
import { appKey } from './totp.ts';
import { emailOf, PASSWORD } from './visitor.ts';

type Connection = Awaited<ReturnType<typeof migrated>>;
type AccountId = import('../../src/identity/core/accounts/index.ts').AccountId;

export type Seeding = {
  readonly connection: Connection;
  readonly keyRingPath: string;
  readonly agencyFolder: string;
};

const SIDE_BY_SIDE = 8;
const A_BATCH = 50;

/**
 * Accounts that can sign in, made by the product's own code: one password hash for all, an authenticator app each.
 * @returns their ids, the nth for `emailOf(n)`, and the token of a device that each of them knows
 */
export async function seedAccounts(
  seeding: Seeding,
  count: number,
): Promise<{ readonly ids: readonly AccountId[]; readonly device: string }> {
  const vault = openVault(seeding);
  const device = devices.newDeviceToken(vault);
  const clock = clocks.systemClock;
  const passwordHash = await hashing
    .makeHasher({ peppers: vault.peppers })
    .hash(passwords.normalPassword(PASSWORD));
  const ids: AccountId[] = [];
  const batches = Array.from({ length: Math.ceil(count / A_BATCH) }, (_, at) => at * A_BATCH);
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let from = batches.shift(); from !== undefined; from = batches.shift()) {
        const to = Math.min(from + A_BATCH, count);
        await seeding.connection.database.transaction().execute(async (transaction) => {
          for (let n = from; n < to; n++) {
            const person = { fullName: `Person ${n} Benchmark`, born: '1990-03-12', birthCountry: 'BR' };
            const account = await accounts.createAccount(
              transaction,
              { vault, clock },
              { person, email: emailOf(n), language: 'en', passwordHash },
            );
            if (account === null) throw new Error('the database is not new');
            const secret = new Secret({ buffer: new Uint8Array(appKey(n)).buffer }).base32;
            await apps.bindApp(transaction, clock, {
              accountId: account.id,
              key: account.key,
              secret,
              step: null,
            });
            const sight = { accountId: account.id, token: device, userAgent: '', rememberUntil: null };
            await devices.know(transaction, clock, sight);
            ids[n] = account.id;
          }
        });
      }
    }),
  );
  return { ids, device };
}

/** A passkey for each account, enrolled as one is, but that nobody is told of it. */
export async function seedPasskeys(seeding: Seeding, ids: readonly AccountId[]): Promise<readonly Passkey[]> {
  const { database } = seeding.connection;
  const vault = openVault(seeding);
  const all = passkeys.makePasskeys({
    database,
    vault,
    clock: clocks.systemClock,
    policy: policies.readPolicy(agencies.loadAgency(seeding.agencyFolder).policy).passkeys,
    publicUrl: new URL(SITE),
    notices: { send: async () => {} },
  });
  const made: Passkey[] = [];
  const openSessions = sessionsOf(seeding);
  for (const accountId of ids) {
    const found = await openSessions.find(
      await openSessions.begin(database, accountId, { proven: true, deviceId: null }),
    );
    if (found.is !== 'live') throw new Error(`the session is ${found.is}`);
    const owner = {
      id: found.session.id,
      accountId,
      key: await accounts.openAccountKey(database, vault, accountId),
    };
    const purpose = { for: 'enrolment', of: accountId } as const;
    const offer = await all.offer(owner, { purpose, agency: 'Bench', login: 'bench', fullName: 'Bench' });
    if (offer === null) throw new Error('the account has passkeys enough');
    const { answer, passkey } = authenticator.create(offer);
    const added = await all.add(owner, { purpose, answer, name: 'Bench' });
    if (added.is !== 'added') throw new Error(`the passkey is ${added.is}`);
    made.push(stored(passkey));
  }
  return made;
}

function sessionsOf(seeding: Seeding) {
  return sessions.makeSessions({
    database: seeding.connection.database,
    vault: openVault(seeding),
    clock: clocks.systemClock,
    policy: policies.readPolicy(agencies.loadAgency(seeding.agencyFolder).policy).session,
  });
}

/** A session for each account. @returns the cookies */
export async function seedSessions(seeding: Seeding, ids: readonly AccountId[]): Promise<readonly string[]> {
  const { connection } = seeding;
  const all = sessionsOf(seeding);
  return await Promise.all(
    ids.map(
      async (id) =>
        `__Host-portico-session=${await all.begin(connection.database, id, { proven: true, deviceId: null })}`,
    ),
  );
}

/**
 * The way in for lines of the agency, as its feed is. @throws when one is bad
 * @param filing where the files are that lines name
 */
export function lineTaker(
  { connection: { database }, ...seeding }: Seeding,
  filing?: Parameters<typeof feed.agencyFeed>[2],
): (lines: Iterable<string>) => Promise<void> {
  const parts = { agency: agencies.loadAgency(seeding.agencyFolder), database, vault: openVault(seeding) };
  const taking = feed.agencyFeed(parts, clocks.systemClock, filing);
  return async (lines) => {
    const { bad } = await taking.take(Readable.from(eachLine(lines)));
    if (bad > 0) throw new Error(`${bad} lines are bad`);
  };
}

function* eachLine(lines: Iterable<string>): Generator<Buffer> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

/**
 * Gives each account cases of its own, out of generated lines taken in by the feed.
 * @param papers whether there are documents and requests of them too
 * @returns receipts by account
 */
export async function seedCases(
  seeding: Seeding,
  ids: readonly AccountId[],
  { each, papers }: { readonly each: number; readonly papers: boolean },
): Promise<ReadonlyMap<AccountId, readonly string[]>> {
  const { connection, agencyFolder } = seeding;
  const wanted = ids.length * each;
  await lineTaker(seeding)((papers ? agencyLines : statusLines)(agencyFolder, wanted * 8));
  // Their files are not asked for, and making them would go on while something is measured.
  await connection.pool.query(
    `update document set rendering = 'made', rendered_in = $1, next_at = null where rendering = 'waiting'`,
    [agencies.loadAgency(agencyFolder).languages.toSorted().join(' ')],
  );
  const { rows } = await connection.pool.query<{ receipt: string }>(
    'select receipt from case_record order by receipt limit $1',
    [wanted],
  );
  if (rows.length < wanted) throw new Error(`only ${rows.length} cases of ${wanted}`);
  const receipts = new Map<AccountId, readonly string[]>();
  for (const [at, id] of ids.entries()) {
    const own = rows.slice(at * each, (at + 1) * each).map(({ receipt }) => receipt);
    for (const receipt of own)
      await cases.linkCase(connection.database, { accountId: id, receipt, how: 'claimed', at: new Date() });
    receipts.set(id, own);
  }
  return receipts;
}

/** Counts the waits of cases, as the server does behind its pages. */
export async function countWaits({ connection, agencyFolder }: Seeding): Promise<void> {
  const agency = agencies.loadAgency(agencyFolder);
  const counted = waits.makeWaitingTimes({
    database: connection.database,
    clock: clocks.systemClock,
    catalogue: cases.loadCaseCatalogue(agency),
    timeZone: agency.timeZone,
  });
  await counted.bringUpToDate('again');
}

/** Makes the keys of a bench's own server. */
export function makeKeyRing(folder: string): string {
  const path = `${folder}/key-ring-${randomUUID()}.json`;
  crypto.keyRingFile(path).save(crypto.newKeyRing());
  return path;
}

export function openVault({ keyRingPath }: Pick<Seeding, 'keyRingPath'>) {
  return crypto.openVault(crypto.keyRingFile(keyRingPath).load());
}
