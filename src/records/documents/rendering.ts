import { sql } from 'kysely';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../../platform/clock/index.ts';
import type { DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { MadePdf, PdfMaker } from '../../platform/pdf/index.ts';
import type { Blobs } from '../../platform/storage/index.ts';
import type { Notices } from './notices.ts';
import { codePlace, dataPlace, renderingKeyPlace, renderingNotePlace } from './places.ts';
import { readTemplateData } from './template-data.ts';

/** The job that makes the files of all documents that wait for theirs. */
export const RENDER_DOCUMENTS = 'render-documents';

export type Rendering = {
  /**
   * Makes the files of all documents of templates that wait for theirs, one document a transaction, in every language of
   * the agency. Safe beside others that do the same.
   * @returns how many could be made, and how many could not
   * @throws StorageUnavailable; what is not made yet waits on
   */
  renderWaiting(): Promise<{ readonly made: number; readonly failed: number }>;
};

type Waiting = {
  readonly id: string;
  readonly receipt: string;
  readonly form: string;
  readonly issuedOn: string;
  readonly template: string;
  readonly version: number;
  readonly dataKey: Buffer;
  readonly dataSealed: Buffer;
  readonly codeSealed: Buffer;
};

type Made = {
  readonly language: string;
  readonly hash: string;
  readonly pdf: Extract<MadePdf, { is: 'made' }>;
};

/** Makes documents of templates into files. */
export function makeRendering(parts: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly notices: Notices;
  readonly maker: Pick<PdfMaker, 'make'>;
  readonly log: Logger;
}): Rendering {
  const { database, vault } = parts;
  const renderNext = () =>
    database.transaction().execute(async (transaction): Promise<'made' | 'failed' | null> => {
      const document = await selectWaiting(transaction);
      if (document === undefined) return null;
      const key = vault.openDataKey(document.dataKey);
      const made = await makeAll(document, key, parts);
      if (made !== null) for (const each of made) await keep(transaction, document.id, each, key, parts);
      const rendering = made === null ? 'failed' : 'made';
      await transaction.updateTable('document').set({ rendering }).where('id', '=', document.id).execute();
      return rendering;
    });
  return {
    renderWaiting: async () => {
      const done = { made: 0, failed: 0 };
      for (let is = await renderNext(); is !== null; is = await renderNext()) done[is] += 1;
      return done;
    },
  };
}

async function selectWaiting(transaction: Database): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`
    select document.id, document.receipt, own.form, issued_on as "issuedOn", template, template_version as version,
      own.data_key as "dataKey", data_sealed as "dataSealed", code_sealed as "codeSealed"
    from document join case_record own using (receipt)
    where rendering = 'waiting' order by imported_at, document.id limit 1
    for update of document skip locked`.execute(transaction);
  return rows[0];
}

/** The document in every language; null where one cannot be made, which the office is told. */
async function makeAll(
  { id, dataSealed, codeSealed, template, version, ...document }: Waiting,
  key: DataKey,
  { notices, maker, log }: Pick<Parameters<typeof makeRendering>[0], 'notices' | 'maker' | 'log'>,
): Promise<readonly Made[] | null> {
  const data = readTemplateData(key.unseal(dataSealed, dataPlace(id)));
  const code = key.unseal(codeSealed, codePlace(id));
  const all: Made[] = [];
  for (const words of notices.languages.all) {
    const { language } = words;
    const told = { document: id, template, version, language };
    const notice = notices.compose({ ...document, template: { id: template, version }, data, code }, words);
    if (notice.is === 'impossible') {
      log.error({ ...told, reason: notice.reason }, 'a document cannot be made into a file');
      return null;
    }
    const pdf = await maker.make(notice.content);
    if (pdf.is === 'failed') {
      // Its reason may repeat what the document says.
      log.error(told, 'a document cannot be made into a file');
      return null;
    }
    if (pdf.romanised.length > 0) log.warn(told, 'no font has some letters of a document');
    all.push({ language, hash: notice.hash, pdf });
  }
  return all;
}

async function keep(
  transaction: Database,
  documentId: string,
  { language, hash, pdf }: Made,
  key: DataKey,
  { blobs, clock }: { readonly blobs: Blobs; readonly clock: Clock },
): Promise<void> {
  const content = (async function* () {
    yield pdf.bytes;
  })();
  const stored = await blobs.put(content, { maxBytes: Number.POSITIVE_INFINITY });
  if (stored.is === 'too-large') throw new Error('a file of no limit is too large');
  const id = uuid();
  const note = pdf.romanised.length === 0 ? null : JSON.stringify(pdf.romanised);
  await transaction
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
      made_at: clock.now(),
    })
    .execute();
}
