import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { z } from 'zod';
import { asContentKey } from '../../platform/crypto/index.ts';
import { asBlobId, type Blobs, type ByteRange } from '../../platform/storage/index.ts';
import {
  type Conversation,
  type ConversationSummary,
  listingConversations,
  mayReadConversation,
  mayReadMessage,
  readConversation,
  readConversations,
  selectingConversations,
} from './reading.ts';
import { type NewMessage, type SendingParts, type Sent, sendMessage, type Target } from './sending.ts';
import { fileKeyPlace, fileNamePlace } from './tables.ts';

/** A file of a message, to be sent to its reader. */
export type OpenFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: Buffer;
  /** @throws StorageUnavailable, BlobMissing, BlobDamaged */
  read(range?: ByteRange): Promise<Readable>;
};

export type Conversations = {
  /** Those that an account may read: with what it has not read first, then the newest. One trip to the database. */
  conversationsOf(accountId: string): Promise<readonly ConversationSummary[]>;
  /** Null when there is none or the account may not read it. One trip to the database. */
  conversationOf(accountId: string, id: string): Promise<Conversation | null>;
  /** Notes that a person has read a conversation as it was drawn. */
  noteRead(accountId: string, conversation: Pick<Conversation, 'id' | 'toldAt'>): Promise<void>;
  /** @throws StorageUnavailable when a file cannot be kept; nothing is sent then */
  send(
    accountId: string,
    target: Target,
    message: NewMessage,
    limits: { readonly perDay: number },
  ): Promise<Sent>;
  /** Null when there is none or the account may not read its message. */
  openFile(accountId: string, id: string): Promise<OpenFile | null>;
  /** All of an account's, with what was said, for the copy of its data. */
  detailsOf(accountId: string): Promise<readonly Conversation[]>;
};

const Uuid = z.uuid();

/** What people and the agency write to each other, for the people. */
export function makeConversations(parts: SendingParts & { readonly blobs: Blobs }): Conversations {
  const { database, vault, blobs } = parts;
  const select = async (accountId: string, id: string | null): Promise<readonly Conversation[]> => {
    const { rows } = await selectingConversations(accountId, id).execute(database);
    return rows.map((row) => readConversation(row, vault));
  };
  return {
    conversationsOf: async (accountId) => {
      const { rows } = await sql<{ listed: unknown }>`
        select ${listingConversations(sql`${accountId}::uuid`, 'all')} as listed`.execute(database);
      return readConversations(rows[0]?.listed, vault);
    },
    conversationOf: async (accountId, id) =>
      Uuid.safeParse(id).success ? ((await select(accountId, id))[0] ?? null) : null,
    detailsOf: (accountId) => select(accountId, null),

    noteRead: async (accountId, { id, toldAt }) => {
      if (toldAt === null) return;
      await sql`
        insert into conversation_reading (conversation_id, account_id, read_at)
        values (${id}::uuid, ${accountId}::uuid, ${toldAt}::timestamptz)
        on conflict (conversation_id, account_id) do update
          set read_at = greatest(conversation_reading.read_at, excluded.read_at)`.execute(database);
    },

    send: async (accountId, target, message, limits) =>
      target.is === 'reply' && !Uuid.safeParse(target.conversation).success
        ? { is: 'not-there' }
        : sendMessage(parts, accountId, target, message, limits),

    openFile: async (accountId, id) => {
      if (!Uuid.safeParse(id).success) return null;
      const account = sql`${accountId}::uuid`;
      const { rows } = await sql<{
        blobId: string;
        blobKeySealed: Buffer;
        nameSealed: Buffer;
        mediaType: string;
        size: string;
        sha256: Buffer;
        dataKey: Buffer;
      }>`
        select file.blob_id as "blobId", file.blob_key_sealed as "blobKeySealed", file.name_sealed as "nameSealed",
          file.media_type as "mediaType", file.size, file.sha256, conversation.data_key as "dataKey"
        from message_file file
        join conversation_message message on message.id = file.message_id
        join conversation on conversation.id = message.conversation_id
        where file.id = ${id}::uuid and ${mayReadMessage(account)} and ${mayReadConversation(account)}`.execute(
        database,
      );
      const [row] = rows;
      if (row === undefined) return null;
      const key = vault.openDataKey(row.dataKey);
      const blob = {
        id: asBlobId.parse(row.blobId),
        key: asContentKey.parse(key.unseal(row.blobKeySealed, fileKeyPlace(id))),
      };
      return {
        name: key.unseal(row.nameSealed, fileNamePlace(id)),
        mediaType: row.mediaType,
        size: Number(row.size),
        sha256: row.sha256,
        read: (range) => blobs.open(blob, range),
      };
    },
  };
}
