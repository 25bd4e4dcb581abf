import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { PutResult } from '../../platform/storage/index.ts';
import { codePlace, dataPlace, notePlace, readTemplateData, renderingKeyPlace } from '../documents/index.ts';
import type { OpenedNotice } from './notice.ts';

/** A document of a template with the languages in which it is a file already. */
export type Unmade = OpenedNotice & {
  readonly id: string;
  /** Of its case. */
  readonly key: DataKey;
  readonly made: ReadonlySet<string>;
};

/** Null where there is no such document, or it came as a file. A job asks, so nobody is asked who they are. */
export async function selectUnmade(database: Database, vault: Vault, id: string): Promise<Unmade | null> {
  const { rows } = await sql<{
    receipt: string;
    form: string;
    issuedOn: string;
    template: string;
    version: number;
    dataSealed: Buffer;
    codeSealed: Buffer;
    dataKey: Buffer;
    made: readonly string[];
  }>`
    select document.receipt, own.form, issued_on as "issuedOn", template, template_version as version,
      data_sealed as "dataSealed", code_sealed as "codeSealed", own.data_key as "dataKey",
      array(select language from document_rendering made where made.document_id = document.id) as made
    from document join case_record own using (receipt)
    where document.id = ${id} and template is not null`.execute(database);
  const [row] = rows;
  if (row === undefined) return null;
  const { receipt, form, issuedOn, template, version, dataSealed, codeSealed, dataKey, made } = row;
  const key = vault.openDataKey(dataKey);
  return {
    id,
    receipt,
    form,
    issuedOn,
    template: { id: template, version },
    data: readTemplateData(key.unseal(dataSealed, dataPlace(id))),
    code: key.unseal(codeSealed, codePlace(id)),
    key,
    made: new Set(made),
  };
}

export type NewRendering = {
  readonly language: string;
  readonly stored: Extract<PutResult, { is: 'stored' }>;
  readonly template: { readonly version: number; readonly hash: string };
  readonly note: string | null;
  readonly at: Date;
};

/** Keeps a rendering. Of two made at once the first stays, and the other's blob is one that no row names. */
export async function insertRendering(
  database: Database,
  { id: documentId, key }: Unmade,
  { language, stored, template, note, at }: NewRendering,
): Promise<void> {
  const id = uuid();
  const noteSealed = note === null ? null : key.seal(note, notePlace(id));
  await sql`
    with made as (
      insert into document_rendering (
        id, document_id, language, blob_id, blob_key_sealed, size, sha256, note_sealed, template_version, template_hash,
        made_at
      )
      values (
        ${id}, ${documentId}, ${language}, ${stored.id}, ${key.seal(stored.key, renderingKeyPlace(id))}, ${stored.size},
        ${stored.sha256}, ${noteSealed}, ${template.version}, ${template.hash}, ${at}
      )
      on conflict (document_id, language) do nothing
    )
    delete from document_rendering_failure where document_id = ${documentId} and language = ${language}`.execute(
    database,
  );
}

export const reasonPlace = (documentId: string, language: string) => ({
  table: 'document_rendering_failure',
  column: 'reason_sealed',
  row: `${documentId} ${language}`,
});

/** Keeps that a document could not be made into a file, for the office. */
export async function noteFailure(
  database: Database,
  { id, key }: Unmade,
  { language, reason, at }: { readonly language: string; readonly reason: string; readonly at: Date },
): Promise<void> {
  const sealed = key.seal(reason, reasonPlace(id, language));
  await sql`
    insert into document_rendering_failure as failure (document_id, language, reason_sealed, attempts, failed_at)
    values (${id}, ${language}, ${sealed}, 1, ${at})
    on conflict (document_id, language) do update set
      reason_sealed = excluded.reason_sealed, attempts = failure.attempts + 1, failed_at = excluded.failed_at`.execute(
    database,
  );
}
