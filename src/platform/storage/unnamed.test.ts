import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { movableClock } from '../../testing/clock.ts';
import { freshDatabase } from '../../testing/database.ts';
import { DAY } from '../clock/index.ts';
import { makeLog } from '../log/index.ts';
import { type BlobId, namedInRows, notePending, openBlobs, removeUnnamed, tidyBlobs } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'portico-unnamed-'));
afterAll(() => rmSync(temporary, { recursive: true }));
let serial = 0;

async function storageOf(count: number) {
  const blobs = await openBlobs({ is: 'folder', folder: join(temporary, `${++serial}`) });
  const ids: BlobId[] = [];
  for (let n = 0; n < count; n++) {
    const put = await blobs.put(Readable.from([Buffer.from(`${n}`)]), { maxBytes: 10 });
    if (put.is === 'stored') ids.push(put.id);
  }
  const left = async () => {
    const found: string[] = [];
    for await (const { id } of blobs.ids()) found.push(id);
    return found.sort();
  };
  return { blobs, ids, left };
}
const later = () => new Date(Date.now() + DAY);
const naming = (ids: readonly BlobId[]) => async (asked: readonly BlobId[]) =>
  new Set(asked.filter((id) => ids.includes(id)));

describe('blobs that no row names', () => {
  it('go, and those that one names stay', async () => {
    const { blobs, ids, left } = await storageOf(6);
    const named = ids.slice(2);
    expect(await removeUnnamed(blobs, later(), naming(named))).toEqual({ is: 'removed', removed: 2 });
    expect(await left()).toEqual([...named].sort());
  });

  it('stay while their row may be about to be written', async () => {
    const { blobs, ids, left } = await storageOf(2);
    const dayAgo = new Date(Date.now() - DAY);
    expect(await removeUnnamed(blobs, dayAgo, naming([]))).toEqual({ is: 'removed', removed: 0 });
    expect(await left()).toEqual([...ids].sort());
  });

  it('stay when they are so many that the storage is likely another database’s', async () => {
    const { blobs, ids, left } = await storageOf(44);
    expect(await removeUnnamed(blobs, later(), naming(ids.slice(12)))).toEqual({
      is: 'too-many',
      unnamed: 12,
      all: 44,
    });
    expect(await left()).toHaveLength(44);
    expect(await removeUnnamed(blobs, later(), naming(ids.slice(11)))).toEqual({
      is: 'removed',
      removed: 11,
    });
    expect(await left()).toEqual(ids.slice(11).sort());
    // Few are always few: 10 of 33.
    expect(await removeUnnamed(blobs, later(), naming(ids.slice(21)))).toEqual({
      is: 'removed',
      removed: 10,
    });
  });

  it('go however many they are where this database began to store them, and not those of another', async () => {
    const { database } = await freshDatabase();
    const folder = join(temporary, `${++serial}`);
    const begun = movableClock(new Date());
    const own = await openBlobs({ is: 'folder', folder }, (id) => notePending(database, begun, id));
    const others = await openBlobs({ is: 'folder', folder });
    const putInto = async (blobs: typeof own) => {
      const put = await blobs.put(Readable.from([Buffer.from('a')]), { maxBytes: 10 });
      return put.is === 'stored' ? put.id : '';
    };
    const named: string[] = [];
    for (let n = 0; n < 3; n++) named.push(await putInto(own));
    for (let n = 0; n < 20; n++) await putInto(own);
    // More than are looked at together, of which nothing was stored.
    await sql`insert into pending_blob select gen_random_uuid(), ${begun.now()}::timestamptz
      from generate_series(1, 600)`.execute(database);
    const foreign: string[] = [];
    for (let n = 0; n < 12; n++) foreign.push(await putInto(others));
    await sql`create table paper (blob_id uuid)`.execute(database);
    await sql`insert into paper select unnest(${named}::uuid[])`.execute(database);
    const left = async () => {
      const found: string[] = [];
      for await (const { id } of own.ids()) found.push(id);
      return found.sort();
    };
    const said: unknown[] = [];
    const log = makeLog('error', { write: (line: string) => void said.push(JSON.parse(line)) });
    begun.advance(23 * 3600);
    await tidyBlobs({ blobs: own, database, clock: begun, log });
    expect(await left()).toHaveLength(35);
    begun.advance(2 * 3600);
    await tidyBlobs({ blobs: own, database, clock: begun, log });
    expect(await left()).toEqual([...named, ...foreign].sort());
    expect(said).toEqual([expect.objectContaining({ is: 'too-many', unnamed: 12, all: 15 })]);
    expect(await database.selectFrom('pending_blob').select('id').execute()).toEqual([]);
  });

  it('are those whose id is in no row of any table', async () => {
    const { database } = await freshDatabase();
    const { blobs, ids, left } = await storageOf(4);
    const [a, b, c] = ids;
    const named = (asked: readonly BlobId[]) => namedInRows(database, asked);
    const columns = await sql`select from information_schema.columns
      where table_schema = 'public' and data_type = 'uuid' and column_name like '%blob%'`.execute(database);
    if (columns.rows.length === 0) expect(await named(ids)).toEqual(new Set(ids));
    await sql`create table paper (blob_id uuid, other uuid)`.execute(database);
    await sql`create table "Picture" (small_blob_id uuid, blob text)`.execute(database);
    await sql`insert into paper values (${a}, ${c}), (null, null)`.execute(database);
    await sql`insert into "Picture" values (${b}, 'text')`.execute(database);
    expect(await removeUnnamed(blobs, later(), named)).toEqual({ is: 'removed', removed: 2 });
    expect(await left()).toEqual([a, b].toSorted());
  });
});
