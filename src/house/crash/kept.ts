import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { after, DAY, HOUR, systemClock } from '../../platform/clock/index.ts';
import { readConfig } from '../../platform/config/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makeLog } from '../../platform/log/index.ts';
import { makePdfMaker, paperLook } from '../../platform/pdf/index.ts';
import { type Blobs, openBlobs, tidyBlobs } from '../../platform/storage/index.ts';
import { loadCaseCatalogue } from '../../records/cases/index.ts';
import { loadTemplates } from '../../records/document-templates/index.ts';
import { makeDocuments, makeNotices, makeRendering } from '../../records/documents/index.ts';
import { selectDigests } from '../../records/intake/index.ts';
import { type Drop, sha256 } from './lines.ts';
import type { Reader, World } from './world.ts';

const root = join(import.meta.dirname, '../../..');

/** The storage of a world. */
export async function blobsOf({ environment }: World): Promise<Blobs> {
  const read = readConfig(environment, root);
  if (read.is === 'faults') throw new Error(read.faults.join('\n'));
  return openBlobs(read.config.storage);
}

/** Which of some lines are not there, by their ids. */
export async function missing(database: Database, ids: readonly string[]): Promise<readonly string[]> {
  const there = await selectDigests(database, ids);
  return ids.filter((id) => !there.has(id));
}

/** What does not stand in the stream of changes exactly once, of all that is there. */
export async function notToldOnce(database: Database): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select kind, ref, count(seq)::int as times from (
      select 'case-moved' as kind, id as ref from case_event
      union all select 'document-issued', id::text from document
      union all select 'evidence-requested', id::text from evidence_request
    ) as there left join change using (kind, ref)
    group by kind, ref having count(seq) <> 1`.execute(database);
  return rows;
}

/** Makes the files that a worker had begun which is gone: others wait until it must be. */
export async function renderTheRest({ database, vault, agency }: World, blobs: Blobs): Promise<void> {
  const maker = makePdfMaker({ look: paperLook(agency) });
  const languages = loadLanguages(join(root, 'locales'), agency);
  const notices = makeNotices({
    agency,
    languages,
    templates: loadTemplates(agency.folder, agency.languages),
    catalogue: loadCaseCatalogue(agency),
    publicUrl: new URL('https://portal.arcadia.example'),
  });
  const clock = { now: () => after(systemClock, HOUR) };
  const log = makeLog('silent');
  const { renderWaiting } = makeRendering({ database, vault, clock, blobs, notices, maker, log });
  let done = await renderWaiting();
  while (done.made > 0) done = await renderWaiting();
  await maker.close();
}

/**
 * Opens every document of everybody, in every language.
 * @returns what of it is not as it was sent, and how many files were opened
 */
export async function openAll(
  { database, vault, agency }: World,
  blobs: Blobs,
  { readers, drops }: { readonly readers: readonly Reader[]; readonly drops: readonly Drop[] },
): Promise<{ readonly wrong: readonly string[]; readonly opened: number }> {
  const sent = new Map(drops.flatMap(({ files }) => files).map(({ name, bytes }) => [name, sha256(bytes)]));
  const documents = makeDocuments({ database, vault, clock: systemClock, blobs });
  const wrong: string[] = [];
  let opened = 0;
  for (const { accountId } of readers)
    for (const { id, template } of await documents.documentsOf(accountId))
      for (const language of template === null ? ['en'] : agency.languages) {
        const content = await documents.openContent(accountId, id, language);
        if (content.is !== 'open') {
          wrong.push(`${id} in ${language} is ${content.is}`);
          continue;
        }
        const bytes = await content.read().then(buffer, () => null);
        const hash = bytes === null ? 'none' : createHash('sha256').update(bytes).digest('hex');
        const expected = content.name === null ? content.sha256.toString('hex') : sent.get(content.name);
        if (hash !== expected || hash !== content.sha256.toString('hex'))
          wrong.push(`${id} has another content`);
        opened += 1;
      }
  return { wrong, opened };
}

/** Does what is done each night, two days from now. @returns the blobs and unfinished files that no row names */
export async function leftAfterTidying(
  { database, environment }: World,
  blobs: Blobs,
): Promise<readonly string[]> {
  const left: string[] = [];
  const log = makeLog('error', { write: (line: string) => void left.push(line) });
  await tidyBlobs({ blobs, database, clock: { now: () => after(systemClock, 2 * DAY) }, log });
  const { rows } = await sql<{ id: string }>`
    select blob_id as id from document where blob_id is not null
    union all select blob_id from document_rendering`.execute(database);
  const named = new Set(rows.map(({ id }) => id));
  for await (const { id } of blobs.ids()) if (!named.has(id)) left.push(id);
  for (const folder of ['blobs/incoming', 'blobs-incoming']) {
    const path = join(environment['PORTICO_DATA'] ?? '', folder);
    if (existsSync(path)) left.push(...readdirSync(path));
  }
  return left;
}
