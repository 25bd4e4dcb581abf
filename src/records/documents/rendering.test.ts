import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { DAY } from '../../platform/clock/index.ts';
import { connect } from '../../platform/database/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makePdfMaker, paperLook } from '../../platform/pdf/index.ts';
import { StorageUnavailable } from '../../platform/storage/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { wayTo } from '../../testing/cut.ts';
import { freshDatabase, waitingForLocks } from '../../testing/database.ts';
import { linkCase, loadCaseCatalogue } from '../cases/index.ts';
import { loadTemplates, type NoticeTemplates } from '../document-templates/index.ts';
import { agencyFeed } from '../feed/index.ts';
import {
  failedDocuments,
  makeDocuments,
  makeNotices,
  makeRendering,
  RENDER_DOCUMENTS,
  tryFailedAgain,
} from './index.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const { database, connection, url, vault, clock } = await freshDatabase();
const blobs = await testBlobs();
const documents = makeDocuments({ database, vault, clock, blobs });
const lines: string[] = [];
const log = makeLog('info', { write: (line: string) => void lines.push(line) });

const RECEIPT = 'ARC2190000042';
const said = (id: string, more: object) => ({ id, receipt: RECEIPT, at: '2026-06-01T10:00:00Z', ...more });
const notice = (id: string) =>
  said(id, {
    kind: 'document',
    type: 'receipt',
    issuedOn: '2026-06-01',
    template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad' } },
  });

async function say(...all: readonly object[]) {
  const bad: string[] = [];
  await agencyFeed({ agency, database, vault }, clock).take(
    (async function* () {
      for (const line of all) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
    { badLine: (_line, reason) => bad.push(reason) },
  );
  expect(bad).toEqual([]);
}
await say(
  said('s1', {
    form: 'NAT-1',
    status: 'case-received',
    person: { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' },
  }),
);
const owner = await bareAccount(database, clock);
await linkCase(database, { accountId: owner, receipt: RECEIPT, how: 'claimed', at: clock.now() });

const known = loadTemplates(agency.folder, agency.languages);
function noticesOf(languages: readonly string[], templates: NoticeTemplates = known) {
  return makeNotices({
    agency,
    languages: loadLanguages(join(root, 'locales'), { ...agency, languages }),
    templates,
    catalogue: loadCaseCatalogue(agency),
    publicUrl: new URL('https://portal.example'),
  });
}
const maker = makePdfMaker({ look: paperLook(agency) });
afterAll(() => maker.close());
const both = noticesOf(['en', 'es']);
const renderingWith = (parts: Partial<Parameters<typeof makeRendering>[0]>) =>
  makeRendering({ database, vault, clock, blobs, notices: both, maker, log, ...parts });
const rendering = renderingWith({});

beforeEach(async () => {
  lines.length = 0;
  await sql`truncate document_rendering, document cascade`.execute(database);
  await sql`delete from graphile_worker._private_jobs`.execute(database);
});

const stands = async () => {
  const { rows } = await sql<{
    event: string;
    rendering: string;
    tries: number;
    next: Date;
    claimed: boolean;
  }>`
    select event, rendering, tries, next_at as next, claimed_until is not null as claimed
    from document order by event`.execute(database);
  return rows;
};
const states = async () => (await stands()).map(({ rendering }) => rendering);
const jobs = async () => {
  const { rows } = await sql<{ task: string }>`
    select task_identifier as task from graphile_worker.jobs`.execute(database);
  return rows.map(({ task }) => task);
};
async function blobCount(): Promise<number> {
  let count = 0;
  for await (const _ of blobs.ids()) count++;
  return count;
}
const inSeconds = (date: Date | undefined) => ((date?.getTime() ?? 0) - clock.now().getTime()) / 1000;

describe('documents of templates', () => {
  it('wait on when the maker of PDFs is closed under their worker, as on a stop', async () => {
    await say(...Array.from({ length: 10 }, (_, n) => notice(`d${n}`)));
    const closed = makePdfMaker({ look: paperLook(agency) });
    let count = 0;
    const closing = {
      make: async (content: Parameters<typeof closed.make>[0]) => {
        if (++count === 5) await closed.close();
        return closed.make(content);
      },
    };
    expect(await renderingWith({ maker: closing }).renderWaiting()).toEqual({ made: 2, failed: 0, later: 0 });
    const left = (await stands()).filter(({ rendering }) => rendering === 'waiting');
    expect(left).toHaveLength(8);
    for (const each of left) expect(each).toMatchObject({ tries: 0, claimed: false });
    expect(await rendering.renderWaiting()).toEqual({ made: 8, failed: 0, later: 0 });
  });

  it('are left to the next run when the worker is told to stop', async () => {
    await say(notice('d1'), notice('d2'));
    const stopping = new AbortController();
    const stopped = {
      make: (content: Parameters<typeof maker.make>[0]) => {
        stopping.abort();
        return maker.make(content);
      },
    };
    const done = await renderingWith({ maker: stopped }).renderWaiting(stopping.signal);
    expect(done).toEqual({ made: 1, failed: 0, later: 0 });
    expect(await jobs()).toEqual([RENDER_DOCUMENTS]);
  });

  it('are asked for by one job, and made fifty a run', async () => {
    for (let batch = 0; batch < 3; batch++)
      await say(...Array.from({ length: 17 }, (_, n) => notice(`d${batch}-${n}`)));
    expect(await jobs()).toEqual([RENDER_DOCUMENTS]);
    await sql`delete from graphile_worker._private_jobs`.execute(database);
    expect(await rendering.renderWaiting()).toEqual({ made: 50, failed: 0, later: 0 });
    expect(await jobs()).toEqual([RENDER_DOCUMENTS]);
    await sql`delete from graphile_worker._private_jobs`.execute(database);
    expect(await rendering.renderWaiting()).toEqual({ made: 1, failed: 0, later: 0 });
    expect(await jobs()).toEqual([]);
  });

  it('wait on, by longer each time, where this process does not know their version', async () => {
    await say(notice('d1'));
    const old = renderingWith({ notices: noticesOf(['en', 'es'], { ...known, find: () => undefined }) });
    for (const [tries, wait] of [60, 120, 240].entries()) {
      expect(await old.renderWaiting()).toEqual({ made: 0, failed: 0, later: 1 });
      const [row] = await stands();
      expect(row).toMatchObject({ rendering: 'waiting', tries: tries + 1, claimed: false });
      expect(inSeconds(row?.next)).toBe(wait);
      expect(await old.renderWaiting()).toEqual({ made: 0, failed: 0, later: 0 });
      clock.advance(wait);
    }
    await sql`update document set tries = 40`.execute(database);
    await old.renderWaiting();
    expect(inSeconds((await stands())[0]?.next)).toBe(DAY / 1000);
    clock.advance(DAY / 1000);
    expect(await rendering.renderWaiting()).toEqual({ made: 1, failed: 0, later: 0 });
    expect((await stands())[0]).toMatchObject({ rendering: 'made', tries: 0 });
  });

  it('wait on when one takes too long, which holds up no other', async () => {
    await say(notice('d1'), notice('d2'));
    const hurried = makePdfMaker({ look: paperLook(agency), timeLimit: 1 });
    expect(await renderingWith({ maker: hurried }).renderWaiting()).toEqual({ made: 0, failed: 0, later: 2 });
    expect(await states()).toEqual(['waiting', 'waiting']);
    await hurried.close();
  });

  it('wait on while the storage is down, which ends the run and leaves no blob', async () => {
    await say(notice('d1'), notice('d2'));
    const before = await blobCount();
    let puts = 0;
    const failing = {
      ...blobs,
      put: async (content: Parameters<typeof blobs.put>[0], options: Parameters<typeof blobs.put>[1]) => {
        if (++puts === 2) throw new StorageUnavailable('put', new Error('no'));
        return blobs.put(content, options);
      },
    };
    expect(await renderingWith({ blobs: failing }).renderWaiting()).toEqual({ made: 0, failed: 0, later: 1 });
    expect((await stands()).map(({ tries }) => tries).toSorted()).toEqual([0, 1]);
    expect(await blobCount()).toBe(before);
    clock.advance(60);
    expect(await rendering.renderWaiting()).toEqual({ made: 2, failed: 0, later: 0 });
  });

  it('are made although one before them throws, which the log names without what it says', async () => {
    await say(notice('d1'));
    clock.advance(1);
    await say(notice('d2'));
    await sql`update document set data_sealed = '\\x00' where event = 'd1'`.execute(database);
    expect(await rendering.renderWaiting()).toEqual({ made: 1, failed: 0, later: 1 });
    expect(await states()).toEqual(['waiting', 'made']);
    const [{ id } = { id: '' }] = await database
      .selectFrom('document')
      .select('id')
      .where('event', '=', 'd1')
      .execute();
    const line = lines.find((each) => each.includes('is tried again')) ?? '';
    expect(line).toContain(id);
    expect(lines.join()).not.toContain('Amina');
  });

  it('that cannot be set are given up, listed with nothing personal, and tried again when told to', async () => {
    await say(notice('d1'), notice('d2'));
    const look = { ...paperLook(agency), logo: 'no picture' };
    const broken = makePdfMaker({ look });
    expect(await renderingWith({ maker: broken }).renderWaiting()).toEqual({ made: 0, failed: 2, later: 0 });
    await broken.close();
    const failed = await failedDocuments(database);
    expect(
      failed.map(({ document, template, version, reason }) => [document, template, version, reason]),
    ).toEqual([
      ['d1', 'receipt', 1, 'en: cannot be set as a PDF'],
      ['d2', 'receipt', 1, 'en: cannot be set as a PDF'],
    ]);
    expect(await rendering.renderWaiting()).toEqual({ made: 0, failed: 0, later: 0 });
    const first = failed[0]?.id ?? '';
    expect(await tryFailedAgain(database, clock, ['none'])).toBeNull();
    expect(await tryFailedAgain(database, clock, [first, crypto.randomUUID()])).toEqual([first]);
    expect(await tryFailedAgain(database, clock, 'all')).toEqual([failed[1]?.id]);
    expect(await jobs()).toEqual([RENDER_DOCUMENTS]);
    expect(await rendering.renderWaiting()).toEqual({ made: 2, failed: 0, later: 0 });
  });

  it('say which characters cannot be set, and nothing around them', async () => {
    await say(notice('d1'));
    const reason = 'the text "Amina \\u{e000}" has U+FFFF, which no font has';
    await renderingWith({ maker: { make: async () => ({ is: 'failed', reason }) } }).renderWaiting();
    expect((await failedDocuments(database)).map(({ reason }) => reason)).toEqual([
      'en: cannot be set as a PDF: U+E000, U+FFFF',
    ]);
    expect(lines.join()).not.toContain('Amina');
  });

  it('are made in a language that the agency adds, beside the files that there are', async () => {
    await say(notice('d1'));
    expect(await renderingWith({ notices: noticesOf(['en']) }).renderWaiting()).toMatchObject({ made: 1 });
    const { id } = await database.selectFrom('document').select('id').executeTakeFirstOrThrow();
    const before = await documents.openContent(owner, id, 'en');
    expect(await documents.openContent(owner, id, 'es')).toEqual({ is: 'not-ready' });
    expect(await rendering.renderWaiting()).toMatchObject({ made: 1 });
    expect(await documents.openContent(owner, id, 'es')).toMatchObject({ is: 'open' });
    const after = await documents.openContent(owner, id, 'en');
    if (before.is !== 'open' || after.is !== 'open') throw new Error('not open');
    expect(after.sha256).toEqual(before.sha256);
    expect(await rendering.renderWaiting()).toEqual({ made: 0, failed: 0, later: 0 });
  });

  it('are free for the feed while their files are made, and made once by two who make them', async () => {
    await say(notice('d1'));
    const before = await blobCount();
    const slow = {
      make: async (content: Parameters<typeof maker.make>[0]) => {
        // Someone else takes it, as after a claim that ran out, and the feed says something about it.
        await sql`update document set claimed_until = null`.execute(database);
        await say(
          said(`w-${content.language}`, {
            kind: 'document-withdrawn',
            document: 'd1',
            at: '2026-06-09T10:00:00Z',
          }),
        );
        if (content.language === 'es') await rendering.renderWaiting();
        return maker.make(content);
      },
    };
    expect(await renderingWith({ maker: slow }).renderWaiting()).toEqual({ made: 1, failed: 0, later: 0 });
    expect(await states()).toEqual(['made']);
    const { id } = await database.selectFrom('document').select('id').executeTakeFirstOrThrow();
    expect(await documents.openContent(owner, id, 'es')).toMatchObject({ is: 'open' });
    expect((await blobCount()) - before).toBe(2);
  });

  it('keep their files where the connection is cut while the database writes that they are made', async () => {
    await say(notice('d1'));
    await sql`create function wait_at_commit() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(77); return null; end $$`.execute(database);
    await sql`create constraint trigger wait_at_commit after insert on document_rendering
      deferrable initially deferred for each row execute function wait_at_commit()`.execute(database);
    const way = await wayTo(url);
    const far = connect(way.url, 4);
    const holder = await connection.pool.connect();
    await holder.query('select pg_advisory_lock(77)');
    const rendered = renderingWith({ database: far.database }).renderWaiting();
    rendered.catch(() => {
      // It is awaited below.
    });
    await expect.poll(() => waitingForLocks(database)).toBe(1);
    way.cut();
    // The one that does not know what became of it waits for the one that writes.
    await expect.poll(() => waitingForLocks(database)).toBe(2);
    await holder.query('select pg_advisory_unlock(77)');
    await rendered;
    holder.release();
    await far.close();
    await sql`drop function wait_at_commit cascade`.execute(database);
    expect(await states()).toEqual(['made']);
    const { id } = await database.selectFrom('document').select('id').executeTakeFirstOrThrow();
    for (const language of ['en', 'es']) {
      const content = await documents.openContent(owner, id, language);
      if (content.is !== 'open') throw new Error(content.is);
      expect((await buffer(await content.read())).length).toBe(content.size);
    }
  });

  it('that somebody claimed are taken over once the claim has run out', async () => {
    await say(notice('d1'));
    await sql`update document set claimed_until = ${new Date(clock.now().getTime() + 60_000)}`.execute(
      database,
    );
    expect(await rendering.renderWaiting()).toEqual({ made: 0, failed: 0, later: 0 });
    clock.advance(60);
    expect(await rendering.renderWaiting()).toEqual({ made: 1, failed: 0, later: 0 });
  });
});
