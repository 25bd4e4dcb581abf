import { sql } from 'kysely';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { after, type Clock, DAY, MINUTE } from '../../platform/clock/index.ts';
import type { DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { addJob } from '../../platform/jobs/index.ts';
import { framesOf } from '../../platform/log/index.ts';
import { type MadePdf, type PdfMaker, PdfMakerUnavailable } from '../../platform/pdf/index.ts';
import { type Blobs, namedInRows, StorageUnavailable } from '../../platform/storage/index.ts';
import {
  type Claimed,
  claimDocument,
  giveUp,
  putOff,
  release,
  settleMade,
  waitForLanguages,
} from './claims.ts';
import type { Notices } from './notices.ts';
import { codePlace, dataPlace, renderingKeyPlace, renderingNotePlace } from './places.ts';
import { readTemplateData } from './template-data.ts';

/** The job that makes the files of documents that wait for theirs. */
export const RENDER_DOCUMENTS = 'render-documents';

/** How many documents a run makes, before it asks for the next run. */
const PER_RUN = 50;

/** Far longer than a document takes in all languages; then whoever claimed it is taken to be gone. */
const CLAIM = 15 * MINUTE;

/** Asks in the caller's transaction for a run of the job, unless one waits already. */
export const askForRendering = (database: Database): Promise<void> =>
  addJob(database, RENDER_DOCUMENTS, { id: '' }, { key: RENDER_DOCUMENTS });

/** What a run did: of how many documents it made the files, gave up, and put off to a later time. */
export type RenderingDone = { readonly made: number; readonly failed: number; readonly later: number };

export type Rendering = {
  /**
   * Makes the files of documents of templates that wait for theirs, in the languages of the agency in which there is none. Ends
   * after so many and asks for another run, as it does when it is told to stop. Safe beside others that do the same.
   *
   * A document is given up only when it cannot be set itself. What hinders it otherwise puts it off, by longer each time up to a
   * day; where that would hinder all, the run ends.
   */
  renderWaiting(stopping?: AbortSignal): Promise<RenderingDone>;
};

type Parts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly notices: Notices;
  readonly maker: Pick<PdfMaker, 'make'>;
  readonly log: Logger;
};

type Made = {
  readonly language: string;
  readonly hash: string;
  readonly pdf: Extract<MadePdf, { is: 'made' }>;
};

type MadeAll =
  | { readonly is: 'made'; readonly all: readonly Made[] }
  /** It cannot be set; why, with nothing personal. */
  | { readonly is: 'failed'; readonly failure: string }
  | { readonly is: 'unknown' };

type Outcome = { readonly is: keyof RenderingDone | 'released'; readonly ends: boolean };

/** Makes documents of templates into files. */
export function makeRendering(parts: Parts): Rendering {
  const { database, clock, notices } = parts;
  const languages = notices.languages.all.map(({ language }) => language).toSorted();
  const claimNext = () => claimDocument(database, { now: clock.now(), until: after(clock, CLAIM) });
  return {
    renderWaiting: async (stopping) => {
      const done = { made: 0, failed: 0, later: 0 };
      for (let count = 0; count < PER_RUN && stopping?.aborted !== true; count++) {
        let document = await claimNext();
        if (document === undefined && (await waitForLanguages(database, languages, clock.now(), PER_RUN)) > 0)
          document = await claimNext();
        if (document === undefined) return done;
        const { is, ends } = await render(document, languages, parts);
        if (is !== 'released') done[is] += 1;
        if (ends) return done;
      }
      await askForRendering(database);
      return done;
    },
  };
}

async function render(document: Claimed, languages: readonly string[], parts: Parts): Promise<Outcome> {
  const { database, clock, log } = parts;
  const told = { document: document.id, template: document.template, version: document.version };
  const later = async (ends: boolean): Promise<Outcome> => {
    const wait = Math.min(MINUTE * 2 ** Math.min(document.tries, 20), DAY);
    await putOff(database, document, after(clock, wait));
    return { is: 'later', ends };
  };
  try {
    const made = await makeAll(document, parts);
    switch (made.is) {
      case 'unknown':
        return await later(false);
      case 'failed':
        await giveUp(database, document, made.failure);
        return { is: 'failed', ends: false };
      case 'made':
        await keep(document, made.all, languages, parts);
        return { is: 'made', ends: false };
    }
  } catch (error) {
    if (error instanceof PdfMakerUnavailable && error.why === 'closed') {
      await release(database, document);
      return { is: 'released', ends: true };
    }
    // What it says may repeat what the document says.
    const stack = error instanceof Error ? framesOf(error) : '';
    log.error({ ...told, err: { stack } }, 'a document was not made into a file and is tried again');
    const isOfAll =
      error instanceof StorageUnavailable || (error instanceof PdfMakerUnavailable && error.why === 'busy');
    return later(isOfAll);
  }
}

/** The document in every language that it lacks. */
async function makeAll(claimed: Claimed, { vault, notices, maker, log }: Parts): Promise<MadeAll> {
  const { id, dataKey, dataSealed, codeSealed, template, version, receipt, form, issuedOn } = claimed;
  const key = vault.openDataKey(dataKey);
  const data = readTemplateData(key.unseal(dataSealed, dataPlace(id)));
  const code = key.unseal(codeSealed, codePlace(id));
  const all: Made[] = [];
  for (const words of notices.languages.all) {
    const { language } = words;
    if (claimed.languages.includes(language)) continue;
    const told = { document: id, template, version, language };
    const parts = { receipt, form, issuedOn, template: { id: template, version }, data, code };
    const notice = notices.compose(parts, words);
    if (notice.is === 'unknown') {
      log.warn({ ...told, reason: notice.reason }, 'a document waits for what its file is made of');
      return { is: 'unknown' };
    }
    const failed = (reason: string): MadeAll => {
      log.error({ ...told, reason }, 'a document cannot be made into a file');
      return { is: 'failed', failure: `${language}: ${reason}` };
    };
    if (notice.is === 'impossible') return failed(notice.reason);
    const pdf = await maker.make(notice.content);
    if (pdf.is === 'failed') return failed(reasonOf(pdf.reason));
    if (pdf.romanised.length > 0) log.warn(told, 'no font has some letters of a document');
    all.push({ language, hash: notice.hash, pdf });
  }
  return { is: 'made', all };
}

/** Of what the PDF maker said, which may repeat the document, no more than the characters that it names by number. */
function reasonOf(said: string): string {
  const named = [...said.matchAll(/(?:U\+|\\u\{?)([0-9a-f]{2,6})/gi)].map(([, code = '']) => code);
  const codes = [...new Set(named.map((code) => `U+${code.toUpperCase().padStart(4, '0')}`))];
  return codes.length === 0 ? 'cannot be set as a PDF' : `cannot be set as a PDF: ${codes.join(', ')}`;
}

/** Puts the files, then writes their rows by a short transaction. What no row came to name is removed again. */
async function keep(
  document: Claimed,
  all: readonly Made[],
  languages: readonly string[],
  parts: Parts,
): Promise<void> {
  const { database, vault, blobs } = parts;
  const put: (Made & { readonly stored: Stored })[] = [];
  let kept = 0;
  try {
    for (const made of all) put.push({ ...made, stored: await store(made.pdf.bytes, blobs) });
    kept = await database.transaction().execute(async (transaction) => {
      // The key of the case may have been made anew meanwhile.
      const { rows } = await sql<{ dataKey: Buffer }>`
        select data_key as "dataKey" from case_record where receipt = ${document.receipt} for share`.execute(
        transaction,
      );
      const key = vault.openDataKey(rows[0]?.dataKey ?? document.dataKey);
      let inserted = 0;
      for (const each of put)
        inserted += await insert(transaction, document.id, each, key, parts.clock.now());
      await settleMade(transaction, document, languages);
      return inserted;
    });
  } finally {
    const ids = put.map(({ stored }) => stored.id);
    if (kept < ids.length) await removeUnnamed(document, ids, parts);
  }
}

type Stored = Extract<Awaited<ReturnType<Blobs['put']>>, { is: 'stored' }>;

async function store(bytes: Uint8Array, blobs: Blobs): Promise<Stored> {
  const content = (async function* () {
    yield bytes;
  })();
  const stored = await blobs.put(content, { maxBytes: Number.POSITIVE_INFINITY });
  if (stored.is === 'too-large') throw new Error('a file of no limit is too large');
  return stored;
}

/** @returns how many rows were written: none where there is a file in that language */
async function insert(
  transaction: Database,
  documentId: string,
  { language, hash, pdf, stored }: Made & { readonly stored: Stored },
  key: DataKey,
  now: Date,
): Promise<number> {
  const id = uuid();
  const note = pdf.romanised.length === 0 ? null : JSON.stringify(pdf.romanised);
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto('document_rendering')
    .values({
      id,
      document_id: documentId,
      language,
      blob_id: stored.id,
      blob_key_sealed: key.seal(stored.key, renderingKeyPlace(id)),
      size: String(stored.size),
      sha256: stored.sha256,
      template_hash: Buffer.from(hash, 'hex'),
      note_sealed: note === null ? null : key.seal(note, renderingNotePlace(id)),
      made_at: now,
    })
    .onConflict((conflict) => conflict.columns(['document_id', 'language']).doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0);
}

/**
 * Asks the rows first, since a commit may have come through although its answer did not. It may also be under way still: it
 * holds the case until its end, which is waited for.
 */
async function removeUnnamed(
  { id: document, receipt }: Claimed,
  ids: readonly Stored['id'][],
  { database, blobs, log }: Parts,
): Promise<void> {
  try {
    const named = await database.transaction().execute(async (transaction) => {
      await sql`select from case_record where receipt = ${receipt} for no key update`.execute(transaction);
      return namedInRows(transaction, ids);
    });
    for (const id of ids) if (!named.has(id)) await blobs.remove(id);
  } catch (error) {
    // They go with all blobs that no row names.
    log.warn({ document, err: error }, 'files that no row names are left for later');
  }
}
