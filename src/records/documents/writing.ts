import { type RawBuilder, sql } from 'kysely';
import type { Localized } from '../../platform/agency/index.ts';
import { type DataKey, newCheckedCode, normalTypedCode, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { BlobReference } from '../../platform/storage/index.ts';
import type { MediaType } from '../../platform/uploads/index.ts';
import { blobKeyPlace, codePlace, dataPlace, namePlace, titlePlace } from './places.ts';
import type { TemplateData } from './template-data.ts';

/** A file whose bytes are stored. */
export type StoredFile = {
  readonly blob: BlobReference;
  readonly name: string;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly sha256: Buffer;
};

/** What a document says. */
export type DocumentContent =
  | { readonly is: 'file'; readonly file: StoredFile; readonly title: string | Localized | null }
  | {
      readonly is: 'template';
      readonly template: string;
      readonly version: number;
      readonly hash: Buffer;
      readonly data: TemplateData;
    };

/** A document as the agency tells of it. */
export type NewDocument = {
  readonly id: string;
  /** The agency's own id of it. */
  readonly event: string;
  readonly receipt: string;
  readonly type: string;
  /** `YYYY-MM-DD` */
  readonly issuedOn: string;
  readonly at: Date;
  /** The document that it replaces. */
  readonly replaces: string | null;
  readonly content: DocumentContent;
  readonly digest: Buffer;
  /** Of its case. */
  readonly key: DataKey;
};

/** Random letters of a verification code: 80 bits. */
export const CODE_LETTERS = 16;

/** The blind indexes of a verification code, however it is typed; the first is written. */
export const codeIndexes = (vault: Vault, code: string) =>
  vault.blindIndexes('document-code', normalTypedCode(code));

/** What is known of documents by the agency's ids. */
export const knowingDocuments = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from document where event = any(${events}::text[])`;

/** What is known of withdrawals by the agency's ids. */
export const knowingWithdrawals = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from document_withdrawal where event = any(${events}::text[])`;

/** Where documents stand, by the agency's ids. */
export async function selectDocumentsByEvent(
  database: Database,
  events: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string; readonly receipt: string }>> {
  if (events.length === 0) return new Map();
  const { rows } = await sql<{ event: string; id: string; receipt: string }>`
    select event, id, receipt from document where event = any(${events}::text[])`.execute(database);
  return new Map(rows.map(({ event, ...found }) => [event, found]));
}

/** The SHA-256 of the files of documents that are there, by the agency's ids; those of templates have none. */
export async function selectFileHashes(
  database: Database,
  events: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const { rows } = await sql<{ event: string; sha256: Buffer }>`
    select event, sha256 from document
    where event = any(${events}::text[]) and sha256 is not null`.execute(database);
  return new Map(rows.map(({ event, sha256 }) => [event, sha256]));
}

/** Writes new documents by one statement; their cases, and what they replace, are there. */
export async function insertDocuments(
  transaction: Database,
  vault: Vault,
  documents: readonly NewDocument[],
  now: Date,
): Promise<void> {
  const rows = documents.map((document) => sealed(vault, document));
  const column = <T>(of: (row: (typeof rows)[number]) => T): T[] => rows.map(of);
  await sql`
    insert into document (
      id, event, receipt, type, issued_on, at, replaces, blob_id, blob_key_sealed, media_type, size, sha256,
      name_sealed, title_sealed, template, template_version, template_hash, data_sealed, rendering, code_sealed, code_index,
      digest, imported_at, next_at
    )
    select *, ${now}::timestamptz, ${now}::timestamptz
    from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ event }) => event)}::text[],
      ${column(({ receipt }) => receipt)}::text[], ${column(({ type }) => type)}::text[],
      ${column(({ issuedOn }) => issuedOn)}::date[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ replaces }) => replaces)}::uuid[], ${column(({ file }) => file?.blob.id ?? null)}::uuid[],
      ${column(({ blobKeySealed }) => blobKeySealed)}::bytea[],
      ${column(({ file }) => file?.mediaType ?? null)}::text[], ${column(({ file }) => file?.size ?? null)}::bigint[],
      ${column(({ file }) => file?.sha256 ?? null)}::bytea[], ${column(({ nameSealed }) => nameSealed)}::bytea[],
      ${column(({ titleSealed }) => titleSealed)}::bytea[],
      ${column(({ template }) => template?.template ?? null)}::text[],
      ${column(({ template }) => template?.version ?? null)}::int[],
      ${column(({ template }) => template?.hash ?? null)}::bytea[],
      ${column(({ dataSealed }) => dataSealed)}::bytea[],
      ${column(({ template }) => (template === null ? null : 'waiting'))}::text[],
      ${column(({ codeSealed }) => codeSealed)}::bytea[],
      ${column(({ codeIndex }) => codeIndex)}::bytea[], ${column(({ digest }) => digest)}::bytea[]
    )`.execute(transaction);
}

function sealed(vault: Vault, document: NewDocument) {
  const { content, id, key } = document;
  const file = content.is === 'file' ? content.file : null;
  const title = content.is === 'file' ? content.title : null;
  const template = content.is === 'template' ? content : null;
  const code = newCheckedCode(CODE_LETTERS);
  return {
    ...document,
    file,
    template,
    blobKeySealed: file === null ? null : key.seal(file.blob.key, blobKeyPlace(id)),
    nameSealed: file === null ? null : key.seal(file.name, namePlace(id)),
    titleSealed: title === null ? null : key.seal(JSON.stringify(title), titlePlace(id)),
    dataSealed: template === null ? null : key.seal(JSON.stringify(template.data), dataPlace(id)),
    codeSealed: key.seal(code, codePlace(id)),
    codeIndex: codeIndexes(vault, code)[0],
  };
}

/** Lets documents be replaced by the earliest of those that replace them, in whatever order those came. */
export async function settleReplaced(transaction: Database, ids: readonly string[]): Promise<void> {
  await sql`
    update document old set replaced_by = newer.id, replaced_at = newer.at
    from (
      select distinct on (replaces) replaces, id, at from document
      where replaces = any(${ids}::uuid[]) order by replaces, at, event
    ) newer
    where old.id = newer.replaces and old.replaced_by is distinct from newer.id`.execute(transaction);
}

/** That a document is no longer good. */
export type Withdrawal = {
  readonly event: string;
  readonly documentId: string;
  readonly at: Date;
  readonly digest: Buffer;
};

/** Writes withdrawals by two statements; the earliest of a document counts. */
export async function insertWithdrawals(
  transaction: Database,
  withdrawals: readonly Withdrawal[],
  now: Date,
): Promise<void> {
  const column = <T>(of: (row: Withdrawal) => T): T[] => withdrawals.map(of);
  await sql`
    insert into document_withdrawal (event, document_id, at, digest, imported_at)
    select *, ${now}::timestamptz from unnest(
      ${column(({ event }) => event)}::text[], ${column(({ documentId }) => documentId)}::uuid[],
      ${column(({ at }) => at)}::timestamptz[], ${column(({ digest }) => digest)}::bytea[])`.execute(
    transaction,
  );
  await sql`
    update document set withdrawn_at = first.at
    from (
      select document_id, min(at) as at from document_withdrawal
      where document_id = any(${column(({ documentId }) => documentId)}::uuid[]) group by document_id
    ) first
    where document.id = first.document_id`.execute(transaction);
}
