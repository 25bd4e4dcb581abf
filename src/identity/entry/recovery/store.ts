import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../platform/database/index.ts';
import type { SentLately } from '../../core/flood-guard/index.ts';
import type { Answer } from '../../credentials/factors/index.ts';
import type { Evidence, Lost } from './evidence.ts';

export type RecoveryRow = {
  readonly id: string;
  readonly account_id: string | null;
  readonly data_key: Buffer;
  readonly asked_sealed: Buffer | null;
  readonly network_index: Buffer;
  readonly lost: Lost;
  readonly evidence: Evidence[];
  readonly language: string;
  readonly device_hashes: readonly Buffer[];
  readonly code_hash: Buffer | null;
  readonly code_failures: number;
  readonly sent_count: number;
  readonly sent_at: Date | null;
  readonly sent_until: Date | null;
  readonly hold_ends_at: Date | null;
  readonly email_id: string | null;
  readonly unsettled: boolean;
  readonly answer_tries: number;
  readonly answered_at: Date | null;
  readonly password_hash: string | null;
  readonly secret_sealed: Buffer | null;
  readonly elsewhere_sealed: Buffer | null;
  readonly created_at: Date;
  readonly expires_at: Date;
};

const COLUMNS = sql`id, account_id, data_key, asked_sealed, network_index, device_hashes, lost, evidence, language,
  code_hash, code_failures, sent_count, sent_at, sent_until, hold_ends_at, answer_tries, answered_at, password_hash,
  secret_sealed, elsewhere_sealed, email_id, unsettled, created_at, expires_at`;

export type NewRecovery = {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly dataKey: Buffer;
  readonly asked: Buffer | null;
  readonly accountId: string | null;
  readonly network: Buffer;
  readonly deviceHashes: readonly Buffer[];
  readonly lost: Lost;
  readonly evidence: readonly Evidence[];
  readonly language: string;
  readonly isPass?: true;
  readonly now: Date;
  readonly expiresAt: Date;
};

export async function insertRecovery(database: Database, row: NewRecovery): Promise<void> {
  await database
    .insertInto('recovery')
    .values({
      id: row.id,
      token_hash: row.tokenHash,
      data_key: row.dataKey,
      asked_sealed: row.asked,
      account_id: row.accountId,
      network_index: row.network,
      device_hashes: [...row.deviceHashes],
      lost: row.lost,
      evidence: [...row.evidence],
      language: row.language,
      is_pass: row.isPass ?? false,
      code_failures: 0,
      sent_count: 0,
      created_at: row.now,
      expires_at: row.expiresAt,
    })
    .execute();
}

/** Whether somebody who gave the right password still waits for their second step. */
export async function isSigningIn(database: Database, attempt: string): Promise<boolean> {
  const row = await database.selectFrom('sign_in').select('id').where('id', '=', attempt).executeTakeFirst();
  return row !== undefined;
}

/** A recovery that is under way, by its token. */
export async function findRecovery(
  database: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<RecoveryRow | null> {
  const { rows } = await sql<RecoveryRow>`
    select ${COLUMNS} from recovery where token_hash = ${tokenHash} and ended_at is null and expires_at > ${now}`.execute(
    database,
  );
  return rows[0] ?? null;
}

/** The same, by its id. */
export async function readRecovery(database: Database, id: string, now: Date): Promise<RecoveryRow | null> {
  const { rows } = await sql<RecoveryRow>`
    select ${COLUMNS} from recovery where id = ${id} and ended_at is null and expires_at > ${now}`.execute(
    database,
  );
  return rows[0] ?? null;
}

/** The hash of the password that an account has now. */
export async function readPasswordHash(database: Database, accountId: string): Promise<string | null> {
  const row = await database
    .selectFrom('password')
    .select('hash')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row?.hash ?? null;
}

/** The same, held until the transaction ends, so that steps taken side by side follow one another. */
export async function lockRecovery(
  transaction: Database,
  id: string,
  now: Date,
): Promise<RecoveryRow | null> {
  const { rows } = await sql<RecoveryRow>`
    select ${COLUMNS} from recovery where id = ${id} and ended_at is null and expires_at > ${now} for update`.execute(
    transaction,
  );
  return rows[0] ?? null;
}

/** The same, by the code with which it goes on in another browser; with the token of the one from before. */
export async function lockHandOver(
  transaction: Database,
  elsewhereHash: Buffer,
  now: Date,
): Promise<(RecoveryRow & { readonly token_hash: Buffer }) | null> {
  const { rows } = await sql<RecoveryRow & { readonly token_hash: Buffer }>`
    select ${COLUMNS}, token_hash from recovery
    where elsewhere_hash = ${elsewhereHash} and ended_at is null and expires_at > ${now} for update`.execute(
    transaction,
  );
  return rows[0] ?? null;
}

/** How a way back stands; null once it is forgotten. */
export async function readEnd(
  database: Database,
  id: string,
  now: Date,
): Promise<'runs' | 'completed' | 'cancelled' | 'expired' | null> {
  const { rows } = await sql<{ how: 'runs' | 'completed' | 'cancelled' | 'expired' }>`
    select coalesce(ended_how, case when expires_at > ${now} then 'runs' else 'expired' end) as how
    from recovery where id = ${id}`.execute(database);
  return rows[0]?.how ?? null;
}

/** Whose account a link leads back to; null where it leads nowhere. */
export async function accountOfLink(database: Database, linkHash: Buffer, now: Date): Promise<string | null> {
  const row = await database
    .selectFrom('recovery')
    .select('account_id')
    .where('link_hash', '=', linkHash)
    .where('account_id', 'is not', null)
    .where('ended_at', 'is', null)
    .where('sent_until', '>', now)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.account_id ?? null;
}

/** What a link is known by, while it opens something and after. */
export const sentLink = (hash: Buffer) => ({ link_hash: hash, sent_link_hash: hash });

/** What became of an emailed link; `unknown` also where its way back was stopped, or is kept no more. */
export type LinkFate = 'open' | 'newer' | 'used' | 'old' | 'unknown';

/** @returns `newer` where it opens nothing and one that was sent later for the same does */
export async function fateOfLink(database: Database, linkHash: Buffer, now: Date): Promise<LinkFate> {
  const isOpen = (table: 'r' | 'n') => {
    const { ref } = sql;
    return sql<boolean>`(${ref(`${table}.link_hash`)} is not null and ${ref(`${table}.ended_at`)} is null
      and ${ref(`${table}.sent_until`)} > ${now} and ${ref(`${table}.expires_at`)} > ${now})`;
  };
  const { rows } = await sql<{ fate: LinkFate }>`
    select case
      when ${isOpen('r')} then 'open'
      when exists (select from recovery n where n.account_id = r.account_id and n.lost = r.lost
        and n.is_pass = r.is_pass and n.sent_at > r.sent_at and ${isOpen('n')}) then 'newer'
      when 'email' = any(r.evidence) then 'used'
      when r.link_hash is not null then 'old'
      else 'unknown' end as fate
    from recovery r where r.sent_link_hash = ${linkHash} and r.account_id is not null`.execute(database);
  return rows[0]?.fate ?? 'unknown';
}

/** What became of the way back of a browser: it was stopped, or goes on in another; null where it is not known. */
export async function readPast(
  database: Database,
  tokenHash: Buffer,
  now: Date,
): Promise<'moved' | 'stopped' | null> {
  const { rows } = await sql<{ past: 'moved' | 'stopped' }>`
    select case when ended_at is null then 'moved' else 'stopped' end as past from recovery
    where expires_at > ${now} and (ended_how = 'cancelled' and token_hash = ${tokenHash}
      or (ended_at is null or ended_how = 'cancelled') and left_hash = ${tokenHash})
    limit 1`.execute(database);
  return rows[0]?.past ?? null;
}

/** Uses an emailed link up, once, and gives the recovery to the browser that opened it, until a time. */
export async function takeLink(
  database: Database,
  {
    linkHash,
    tokenHash,
    deviceHashes,
    now,
    until,
  }: { linkHash: Buffer; tokenHash: Buffer; deviceHashes: readonly Buffer[]; now: Date; until: Date },
): Promise<{ id: string; lost: Lost; isPass: boolean } | null> {
  const { rows } = await sql<{ id: string; lost: Lost; isPass: boolean }>`
    update recovery set link_hash = null, token_hash = ${tokenHash}, evidence = evidence || array['email'],
      device_hashes = ${deviceHashes}::bytea[], expires_at = least(expires_at, ${until})
    where link_hash = ${linkHash} and account_id is not null and ended_at is null and sent_until > ${now}
      and expires_at > ${now}
    returning id, lost, is_pass as "isPass"`.execute(database);
  return rows[0] ?? null;
}

/** Uses an answer up and writes down what it proves, in one statement. @returns whether it was taken */
export async function takeAnswer(
  transaction: Database,
  id: string,
  { take, digest = null }: Pick<Answer, 'take'> & { readonly digest?: Buffer | null },
  evidence: Evidence,
): Promise<boolean> {
  const { rows } = await sql`
    with taken as (${take(sql<boolean>`true`)})
    update recovery set evidence = evidence || array[${evidence}::text], code_digest = ${digest}::bytea
    where id = ${id} and exists (select from taken) returning id`.execute(transaction);
  return rows.length === 1;
}

export type Change = Partial<
  Pick<
    RecoveryRow,
    | 'account_id'
    | 'asked_sealed'
    | 'evidence'
    | 'code_hash'
    | 'code_failures'
    | 'sent_count'
    | 'sent_at'
    | 'sent_until'
    | 'hold_ends_at'
    | 'email_id'
    | 'unsettled'
    | 'answered_at'
    | 'password_hash'
    | 'secret_sealed'
    | 'elsewhere_sealed'
    | 'expires_at'
  > & {
    readonly token_hash: Buffer;
    readonly link_hash: Buffer | null;
    readonly sent_link_hash: Buffer | null;
    readonly elsewhere_hash: Buffer;
    readonly left_hash: Buffer | null;
    readonly next_notice_at: Date | null;
  }
>;

/** Changes a recovery that the transaction holds. */
export async function changeRecovery(transaction: Database, id: string, change: Change): Promise<void> {
  await transaction.updateTable('recovery').set(change).where('id', '=', id).execute();
}

/** Ends a recovery that came to its end. */
export async function completeRecovery(transaction: Database, id: string, now: Date): Promise<void> {
  await transaction
    .updateTable('recovery')
    .set({
      ended_at: now,
      ended_how: 'completed',
      code_hash: null,
      link_hash: null,
      next_notice_at: null,
      password_hash: null,
      secret_sealed: null,
      elsewhere_hash: null,
      elsewhere_sealed: null,
      asked_sealed: null,
    })
    .where('id', '=', id)
    .execute();
}

/** Counts a try at the answers to security questions before it is made. @returns how many are left, or null where none is */
export async function countAnswers(database: Database, id: string, most: number): Promise<number | null> {
  const counted = await database
    .updateTable('recovery')
    .set((eb) => ({ answer_tries: eb('answer_tries', '+', 1) }))
    .where('id', '=', id)
    .where('answer_tries', '<', most)
    .where('ended_at', 'is', null)
    .returning('answer_tries')
    .executeTakeFirst();
  return counted === undefined ? null : most - counted.answer_tries;
}

/** Takes back the count of a try that could not be made. */
export async function takeBackAnswers(database: Database, id: string): Promise<void> {
  await database
    .updateTable('recovery')
    .set((eb) => ({ answer_tries: eb('answer_tries', '-', 1) }))
    .where('id', '=', id)
    .where('answer_tries', '>', 0)
    .execute();
}

/** How many messages an account got lately, in a transaction that holds it. */
export async function countSent(
  transaction: Database,
  accountId: string,
  {
    network,
    deviceHashes,
    withPassword,
    hour,
    day,
  }: { network: Buffer; deviceHashes: readonly Buffer[]; withPassword: boolean; hour: Date; day: Date },
): Promise<{ here: SentLately; device: Pick<SentLately, 'hereInHour' | 'hereInDay'> }> {
  const sum = (...which: readonly RawBuilder<boolean>[]) =>
    sql`coalesce(sum(sent_count) filter (where ${sql.join(which, sql` and `)}), 0)::int`;
  const inHour = sql<boolean>`sent_at > ${hour}`;
  const inDay = sql<boolean>`true`;
  const fromNetwork = sql<boolean>`network_index = ${network}`;
  const fromDevice = sql<boolean>`device_hashes && ${deviceHashes}::bytea[]`;
  // Who does not have the password uses up nothing of those who gave it.
  const alike = sql<boolean>`(lost = 'second-step') = ${withPassword}`;
  const { rows } = await sql<SentLately & { readonly deviceInHour: number; readonly deviceInDay: number }>`
    select ${sum(alike, fromNetwork, inHour)} as "hereInHour", ${sum(alike, fromNetwork, inDay)} as "hereInDay",
      ${sum(alike, inHour)} as "inHour", ${sum(alike, inDay)} as "inDay",
      ${sum(fromDevice, inHour)} as "deviceInHour", ${sum(fromDevice, inDay)} as "deviceInDay"
    from recovery where account_id = ${accountId} and sent_at > ${day} and not is_pass`.execute(transaction);
  const [row] = rows;
  if (row === undefined) throw new Error('no counts');
  const { deviceInHour, deviceInDay, ...here } = row;
  return { here, device: { hereInHour: deviceInHour, hereInDay: deviceInDay } };
}

/** The passes that went to an address of an account: since a time, and those of them that nobody has used yet. */
export async function countPasses(
  transaction: Database,
  accountId: string,
  { addressId, day, fresh }: { addressId: string; day: Date; fresh: Date },
): Promise<{ inDay: number; waiting: number }> {
  const { rows } = await sql<{ inDay: number; waiting: number }>`
    select count(*)::int as "inDay",
      (count(*) filter (where link_hash is not null and sent_at > ${fresh}))::int as waiting
    from recovery
    where account_id = ${accountId} and sent_at > ${day} and is_pass and email_id = ${addressId}`.execute(
    transaction,
  );
  return rows[0] ?? { inDay: 0, waiting: 0 };
}

const withNoticeDue = (database: Database, now: Date) =>
  database
    .selectFrom('recovery')
    .select(['id', 'account_id', sql<Lost>`lost`.as('lost'), 'hold_ends_at', 'unsettled'])
    .where('ended_at', 'is', null)
    .where('next_notice_at', '<=', now);

/** Holds of which the person is to hear again. */
export async function dueNotices(database: Database, now: Date, most: number) {
  return withNoticeDue(database, now).orderBy('next_notice_at').limit(most).execute();
}

/** One of them, held until the transaction ends; none where another worker has it or had it. */
export async function holdDueNotice(transaction: Database, now: Date, id: string) {
  return withNoticeDue(transaction, now).where('id', '=', id).forUpdate().skipLocked().executeTakeFirst();
}

export async function removeOldRecoveries(database: Database, before: Date): Promise<void> {
  await database.deleteFrom('recovery').where('expires_at', '<', before).execute();
}

/** The ways back into an account that operators began and nobody has finished. */
export async function restoredBefore(transaction: Database, accountId: string): Promise<readonly string[]> {
  const rows = await transaction
    .selectFrom('recovery')
    .select('id')
    .where('account_id', '=', accountId)
    .where('lost', '=', 'everything')
    .where('ended_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** Moves the times of a hold that runs, so that it ends now and what follows comes as much sooner. */
export async function endHoldNow(database: Database, tokenHash: Buffer, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update recovery set hold_ends_at = ${now}, next_notice_at = ${now}, expires_at = expires_at - (hold_ends_at - ${now})
    where token_hash = ${tokenHash} and ended_at is null and hold_ends_at > ${now} returning id`.execute(
    database,
  );
  return rows.length > 0;
}
