import type { ClientBase, PoolClient } from 'pg';
import { writtenColumns } from './postgres.ts';
import type { Seeding } from './seed.ts';

const RECEIPT = `'ARC1' || lpad(n::text, 9, '0')`;
/** Two cases are of one account. */
const ACCOUNT = `md5('account ' || (n + 1) / 2)::uuid`;
/** An id of its own for the copy of something. */
const idOf = (column: string) => `md5(original.${column}::text || n)::uuid`;

/** The tables that have a row or more of each case, the largest first, with what differs in a copy. */
const COPIED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: {
    id: idOf('id'),
    event: `event || '-' || n`,
    receipt: 'copy',
    replaces: idOf('replaces'),
    replaced_by: idOf('replaced_by'),
    code_index: `sha256(code_index || n::text::bytea)`,
  },
  case_event: { id: `original.id || '-' || n`, receipt: 'copy' },
  change: {
    seq: `nextval('change_seq')`,
    id: 'uuidv7()',
    receipt: 'copy',
    ref: `case kind when 'case-moved' then ref || '-' || n else ${idOf('ref')}::text end`,
  },
  case_record: {
    receipt: 'copy',
    person_index: `sha256(('person ' || (n + 1) / 2)::bytea)`,
    agency_number_index: `case when agency_number_index is not null then sha256(('number ' || (n + 1) / 2)::bytea) end`,
    latest_event: `latest_event || '-' || n`,
  },
  case_wait: { receipt: 'copy' },
  evidence_request: {
    id: idOf('id'),
    event: `event || '-' || n`,
    receipt: 'copy',
    document_id: idOf('document_id'),
  },
};

/** Of changes only those of the last year, since nobody asks for older ones. */
const KEPT: Readonly<Record<string, string>> = { change: `original.at > now() - interval '1 year'` };

/** Each statement is a long one. Without triggers, since foreign keys are checked when they are made again. */
const SETTINGS = `set statement_timeout = 0; set lock_timeout = 0; set session_replication_role = replica;
  set maintenance_work_mem = '256MB'; set work_mem = '128MB'`;

/** How many of the receipts are told. */
const TOLD = 10_000;

/**
 * Cases of other people: copies of those that the feed took in, of each about as many, with what was said of them, under
 * keys of their own. What is sealed in them nobody can open, and nobody asks for it.
 * @param count an even number
 * @returns the receipts of some of them, spread over all
 */
export async function seedCrowd(
  { connection: { pool } }: Pick<Seeding, 'connection'>,
  count: number,
): Promise<readonly string[]> {
  const lanes = await Promise.all(Array.from({ length: 2 }, () => pool.connect()));
  const [client] = lanes;
  if (client === undefined) throw new Error('there is no connection');
  try {
    for (const each of lanes) await each.query(SETTINGS);
    const again = await dropIndexes(client);
    await planCopies(client, count);
    const copies = [
      ...Object.keys(COPIED).map((table) => async (lane: ClientBase) => {
        await copyTable(lane, table);
        for (const made of again.ofTable(table)) await lane.query(made);
      }),
      copyAccounts,
    ];
    await inLanes(lanes, copies);
    for (const made of again.between) await client.query(made);
    await settle(client, count);
    const { rows } = await client.query<{ receipt: string }>(
      `select ${RECEIPT} as receipt from generate_series(1, $1::int, greatest(1, $1::int / ${TOLD})) n
       order by md5(n::text)`,
      [count],
    );
    return rows.map(({ receipt }) => receipt);
  } finally {
    for (const lane of lanes) lane.release(true);
  }
}

/** Does things in their order, as many at once as there are lanes. */
async function inLanes(
  lanes: readonly PoolClient[],
  things: readonly ((lane: ClientBase) => Promise<void>)[],
): Promise<void> {
  const left = [...things];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await next(lane);
    }),
  );
}

/** Says which case each copy is one of. */
async function planCopies(client: ClientBase, count: number): Promise<void> {
  await client.query(
    `create unlogged table bench_copy as
     select n, ${RECEIPT} as copy, source.receipt as source
     from generate_series(1, ${count}) n
     join (select receipt, row_number() over (order by receipt) - 1 as place from case_record) source
       on source.place = n % (select count(*) from case_record)
     order by n`,
  );
  await client.query('analyze bench_copy');
}

async function copyTable(client: ClientBase, table: string): Promise<void> {
  const columns = await writtenColumns(client, table);
  const values = columns.map((column) => COPIED[table]?.[column] ?? `original.${column}`);
  await client.query(
    `insert into ${table} (${columns.join(', ')})
     select ${values.join(', ')} from bench_copy join ${table} original on original.receipt = bench_copy.source
     where ${KEPT[table] ?? 'true'}`,
  );
}

/** The accounts of the cases, with a session each. */
async function copyAccounts(client: ClientBase): Promise<void> {
  await client.query(
    `insert into account (id, created_at, language, data_key, full_name_sealed, born_sealed, birth_country_sealed)
     select ${ACCOUNT}, now(), 'en', a.data_key, a.full_name_sealed, a.born_sealed, a.birth_country_sealed
     from bench_copy, (select * from account limit 1) a where n % 2 = 1`,
  );
  await client.query(
    `insert into session (id, token_hash, account_id, created_at, last_seen_at, ends_at)
     select md5('session ' || n)::uuid, sha256(('session ' || n)::bytea), ${ACCOUNT}, now(), now(), now() + interval '12 hours'
     from bench_copy where n % 2 = 1`,
  );
  await client.query(
    `insert into case_link (account_id, receipt, linked_at, how) select ${ACCOUNT}, copy, now(), 'claimed' from bench_copy`,
  );
}

/** Counts the waits, as many more of each as there are copies more of each case, and lets readers of the stream be done. */
async function settle(client: ClientBase, count: number): Promise<void> {
  await client.query(
    `update wait_count set cases = round(cases * (1 + ${count}.0 / ((select count(*) from case_record) - ${count})))`,
  );
  await client.query(
    `update stream_reader set seq = (select max(seq) from change) where name = 'waiting-times'`,
  );
  await client.query('drop table bench_copy');
}

/** Statements that make indexes and constraints again: those of one table, then those between tables. */
type Again = {
  ofTable(table: string): readonly string[];
  readonly between: readonly string[];
};

/** Drops the indexes of the tables, which are made anew at once in less time, and the constraints that rest on them. */
async function dropIndexes(client: ClientBase): Promise<Again> {
  const tables = Object.keys(COPIED);
  const constraints = await client.query<{ table: string; kind: string; name: string; made: string }>(
    `select conrelid::regclass::text as table, contype as kind, quote_ident(conname) as name,
       pg_get_constraintdef(oid) as made
     from pg_constraint
     where contype in ('p', 'u') and conrelid = any($1::text[]::regclass[])
       or contype = 'f' and (conrelid = any($1::text[]::regclass[]) or confrelid = any($1::text[]::regclass[]))
     -- Foreign keys rest on the others.
     order by contype`,
    [tables],
  );
  for (const { table, name } of constraints.rows)
    await client.query(`alter table ${table} drop constraint ${name}`);
  const indexes = await client.query<{ table: string; name: string; made: string }>(
    `select indrelid::regclass::text as table, indexrelid::regclass::text as name,
       pg_get_indexdef(indexrelid) as made
     from pg_index where indrelid = any($1::text[]::regclass[])`,
    [tables],
  );
  for (const { name } of indexes.rows) await client.query(`drop index ${name}`);
  const adding = (kind: (kind: string) => boolean) =>
    constraints.rows
      .filter((constraint) => kind(constraint.kind))
      .map(({ table, name, made }) => ({
        table,
        made: `alter table ${table} add constraint ${name} ${made}`,
      }));
  const own = [...indexes.rows, ...adding((kind) => kind !== 'f')];
  return {
    ofTable: (wanted) => own.filter(({ table }) => table === wanted).map(({ made }) => made),
    between: adding((kind) => kind === 'f').map(({ made }) => made),
  };
}
