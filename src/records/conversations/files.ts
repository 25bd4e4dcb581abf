import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { BlobReference } from '../../platform/storage/index.ts';
import type { MediaType } from '../../platform/uploads/index.ts';
import { fileKeyPlace, fileNamePlace } from './tables.ts';

/** A file whose bytes are kept. */
export type FileToKeep = {
  readonly blob: BlobReference;
  readonly name: string;
  readonly mediaType: MediaType;
  readonly size: number;
  readonly sha256: Buffer;
};

/** Tells files of one name apart, as phones call each photo `image.jpg`: the second becomes `image (2).jpg`. */
export function withoutTwins<File extends { readonly name: string }>(
  files: readonly File[],
): readonly File[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const [, front = '', ending = ''] = /^(.*?)(\.[^.]*)?$/s.exec(file.name) ?? [];
    let name = file.name;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${front} (${number})${ending}`;
    taken.add(name.toLowerCase());
    return { ...file, name };
  });
}

/** A message as it is written. */
export type MessageRow = {
  readonly id: string;
  readonly conversationId: string;
  /** Null for the agency. */
  readonly accountId: string | null;
  /** The agency's own id of it; null for a person's. */
  readonly event: string | null;
  readonly at: Date;
  readonly textSealed: Buffer | null;
  readonly closes: boolean;
  readonly digest: Buffer;
};

/** Writes messages by one statement; their conversations are there. */
export async function insertMessages(
  transaction: Database,
  messages: readonly MessageRow[],
  now: Date,
): Promise<void> {
  const column = <T>(of: (row: MessageRow) => T): T[] => messages.map(of);
  await sql`
    insert into conversation_message (
      id, conversation_id, account_id, event, at, text_sealed, closes, digest, recorded_at
    )
    select *, ${now}::timestamptz from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ conversationId }) => conversationId)}::uuid[],
      ${column(({ accountId }) => accountId)}::uuid[], ${column(({ event }) => event)}::text[],
      ${column(({ at }) => at)}::timestamptz[], ${column(({ textSealed }) => textSealed)}::bytea[],
      ${column(({ closes }) => closes)}::boolean[], ${column(({ digest }) => digest)}::bytea[])`.execute(
    transaction,
  );
}

/** A file as it is written, under the key of its conversation. */
export type FileRow = FileToKeep & {
  readonly messageId: string;
  /** Among those of its message, from 1 on. */
  readonly place: number;
  readonly key: DataKey;
};

/** Writes files by one statement; their messages are there, and their bytes are kept. */
export async function insertFiles(transaction: Database, files: readonly FileRow[]): Promise<void> {
  if (files.length === 0) return;
  const rows = files.map((file) => ({ ...file, id: uuid() }));
  const column = <T>(of: (row: (typeof rows)[number]) => T): T[] => rows.map(of);
  await sql`
    insert into message_file (id, message_id, place, blob_id, blob_key_sealed, name_sealed, media_type, size, sha256)
    select * from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ messageId }) => messageId)}::uuid[],
      ${column(({ place }) => place)}::int[], ${column(({ blob }) => blob.id)}::uuid[],
      ${column(({ id, key, blob }) => key.seal(blob.key, fileKeyPlace(id)))}::bytea[],
      ${column(({ id, key, name }) => key.seal(name, fileNamePlace(id)))}::bytea[],
      ${column(({ mediaType }) => mediaType)}::text[], ${column(({ size }) => size)}::bigint[],
      ${column(({ sha256 }) => sha256)}::bytea[])`.execute(transaction);
}
