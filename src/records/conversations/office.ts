import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import { asContentKey, type DataKey, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { asBlobId, type BlobReference } from '../../platform/storage/index.ts';
import { readDetail } from '../cases/index.ts';
import { changing, type Note } from '../changes/index.ts';
import { fileKeyPlace, fileNamePlace, textPlace } from './tables.ts';

/** What is known of the agency's messages by its own ids. */
export const knowingMessages = (events: readonly string[]): RawBuilder<unknown> =>
  sql`select event as id, digest from conversation_message where event = any(${events}::text[])`;

/** The SHA-256 of the files of messages that are there, by the agency's ids, in their order. */
export async function selectMessageHashes(
  database: Database,
  events: readonly string[],
): Promise<ReadonlyMap<string, readonly Buffer[]>> {
  const { rows } = await sql<{ event: string; hashes: readonly Buffer[] }>`
    select event, array_agg(file.sha256 order by file.place) as hashes
    from conversation_message message join message_file file on file.message_id = message.id
    where event = any(${events}::text[]) group by event`.execute(database);
  return new Map(rows.map(({ event, hashes }) => [event, hashes]));
}

/** A conversation as the agency writes in it. */
export type KnownConversation = {
  readonly id: string;
  readonly receipt: string | null;
  /** Who alone reads it; null where whoever may read its case does. */
  readonly accountId: string | null;
  readonly key: DataKey;
};

/**
 * Conversations by how the agency names them: by their ids, as it was told, or by its own id of the message that began one. They
 * stay as they are until the transaction ends.
 */
export async function selectConversationsByName(
  transaction: Database,
  vault: Pick<Vault, 'openDataKey'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, KnownConversation>> {
  if (names.length === 0) return new Map();
  const { rows } = await sql<{
    name: string;
    id: string;
    receipt: string | null;
    accountId: string | null;
    dataKey: Buffer;
  }>`
    with named as (
      select id, id::text as name from conversation where id::text = any(${names}::text[])
      union all
      select conversation_id, event from conversation_message where event = any(${names}::text[])
    )
    select named.name, conversation.id, receipt, account_id as "accountId", data_key as "dataKey"
    from named join conversation using (id) order by conversation.id for update of conversation`.execute(
    transaction,
  );
  return new Map(
    rows.map(({ name, dataKey, ...found }) => [name, { ...found, key: vault.openDataKey(dataKey) }]),
  );
}

/** A conversation that the agency begins, for whoever may read the case. */
export type AgencyConversation = {
  readonly id: string;
  readonly receipt: string;
  readonly topic: string;
  readonly dataKey: Buffer;
  readonly at: Date;
};

/** Writes conversations by one statement; their cases are there. */
export async function insertConversations(
  transaction: Database,
  conversations: readonly AgencyConversation[],
): Promise<void> {
  const column = <T>(of: (row: AgencyConversation) => T): T[] => conversations.map(of);
  await sql`
    insert into conversation (id, receipt, topic, data_key, begun_at, last_at)
    select *, at from unnest(
      ${column(({ id }) => id)}::uuid[], ${column(({ receipt }) => receipt)}::text[],
      ${column(({ topic }) => topic)}::text[], ${column(({ dataKey }) => dataKey)}::bytea[],
      ${column(({ at }) => at)}::timestamptz[]) as begun (id, receipt, topic, data_key, at)`.execute(
    transaction,
  );
}

/** What was imported so long after it was said is no news. */
const NEWS_DAYS = 30;

/**
 * Settles conversations in which the agency has written: nobody waits for an answer any more who wrote before it, it has what
 * was written before it, and a close closes.
 */
export async function settleConversations(
  transaction: Database,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update conversation set
      last_at = greatest(last_at, newest.at), closed_at = newest.closed_at,
      told_at = case when newest.at > ${now}::timestamptz - make_interval(days => ${NEWS_DAYS})
        then ${now}::timestamptz else told_at end,
      answer_by = case when exists (
        select from conversation_message message where message.conversation_id = conversation.id
          and message.account_id is not null and message.at > newest.at
      ) then answer_by end
    from (
      select conversation_id, max(at) as at, min(at) filter (where closes) as closed_at from conversation_message
      where conversation_id = any(${[...ids]}::uuid[]) and account_id is null group by conversation_id
    ) newest
    where conversation.id = newest.conversation_id`.execute(transaction);
  await sql`
    update conversation_message message set acknowledged_at = newest.at
    from (
      select conversation_id, max(at) as at from conversation_message
      where conversation_id = any(${[...ids]}::uuid[]) and account_id is null group by conversation_id
    ) newest
    where message.conversation_id = newest.conversation_id and message.account_id is not null
      and message.acknowledged_at is null and message.at <= newest.at`.execute(transaction);
}

/** A message of a person, as the office hears of it. */
export type SentMessage = {
  readonly id: string;
  /** Where an answer goes. */
  readonly conversation: string;
  /** The closed conversation that it goes on from. */
  readonly follows: string | null;
  readonly receipt: string | null;
  readonly topic: string;
  readonly at: Date;
  readonly answerBy: string | null;
  readonly acknowledged: boolean;
  readonly accountId: string;
  readonly text: string;
  readonly files: readonly {
    readonly id: string;
    readonly name: string;
    readonly mediaType: string;
    readonly size: number;
    readonly sha256: string;
    readonly blob: BlobReference;
  }[];
};

const BATCH = 200;

/**
 * Messages of people, oldest first: those that the office has not yet said it has, or all since an instant. For the office, so
 * nobody is asked who they are.
 */
export async function* sentMessages(
  database: Database,
  vault: Pick<Vault, 'openDataKey'>,
  since: Date | null,
): AsyncGenerator<SentMessage> {
  const which =
    since === null ? sql`message.acknowledged_at is null` : sql`message.recorded_at >= ${since}::timestamptz`;
  let last: { readonly id: string; readonly recordedAt: Date } | null = null;
  for (;;) {
    const from: RawBuilder<unknown> =
      last === null
        ? sql`true`
        : sql`(message.recorded_at, message.id) > (${last.recordedAt}::timestamptz, ${last.id}::uuid)`;
    const { rows }: { readonly rows: readonly SentRow[] } = await sql<SentRow>`
      select message.id, conversation.id as conversation, conversation.follows, conversation.receipt, conversation.topic,
        message.at, message.recorded_at as "recordedAt", conversation.answer_by as "answerBy",
        message.acknowledged_at is not null as acknowledged, message.account_id as "accountId",
        message.text_sealed as "textSealed", conversation.data_key as "dataKey", (
          select coalesce(jsonb_agg(jsonb_build_object('id', file.id, 'mediaType', file.media_type, 'size', file.size,
            'sha256', encode(file.sha256, 'hex'), 'blobId', file.blob_id,
            'nameSealed', encode(file.name_sealed, 'hex'), 'keySealed', encode(file.blob_key_sealed, 'hex')
          ) order by file.place), '[]') from message_file file where file.message_id = message.id
        ) as files
      from conversation_message message join conversation on conversation.id = message.conversation_id
      where message.account_id is not null and message.text_sealed is not null and ${which} and ${from}
      order by message.recorded_at, message.id limit ${BATCH}`.execute(database);
    for (const { textSealed, dataKey, files, recordedAt, ...row } of rows) {
      last = { id: row.id, recordedAt };
      const key = vault.openDataKey(dataKey);
      const text = readDetail(key.unseal(textSealed, textPlace(row.id)));
      if (typeof text !== 'string') throw new Error('a person writes in one language');
      yield { ...row, text, files: Files.parse(files).map((file) => openedFile(file, key)) };
    }
    if (rows.length < BATCH) return;
  }
}

type SentRow = Omit<SentMessage, 'text' | 'files'> & {
  readonly recordedAt: Date;
  readonly textSealed: Buffer;
  readonly dataKey: Buffer;
  readonly files: unknown;
};

const hex = z.hex().transform((text) => Buffer.from(text, 'hex'));
const Files = z.array(
  z.object({
    id: z.string(),
    mediaType: z.string(),
    size: z.number(),
    sha256: z.string(),
    blobId: z.string(),
    nameSealed: hex,
    keySealed: hex,
  }),
);

function openedFile({ blobId, nameSealed, keySealed, ...file }: z.infer<typeof Files>[number], key: DataKey) {
  return {
    ...file,
    name: key.unseal(nameSealed, fileNamePlace(file.id)),
    blob: {
      id: asBlobId.parse(blobId),
      key: asContentKey.parse(key.unseal(keySealed, fileKeyPlace(file.id))),
    },
  };
}

const Ids = z.array(z.uuid());

/**
 * Says of people's messages that the office has them; who wrote them sees it.
 * @returns those that were not said before; null where one is no id of a message at all
 */
export async function acknowledgeMessages(
  database: Database,
  clock: Clock,
  ids: readonly string[],
): Promise<readonly string[] | null> {
  const parsed = Ids.safeParse(ids);
  if (!parsed.success) return null;
  return changing(database, clock, 'office', async (transaction, note) => {
    const at = clock.now();
    const { rows } = await sql<{ id: string; accountId: string; receipt: string | null }>`
      update conversation_message message set acknowledged_at = ${at}::timestamptz
      from conversation
      where message.id = any(${parsed.data}::uuid[]) and message.account_id is not null
        and message.acknowledged_at is null and conversation.id = message.conversation_id
      returning message.id, message.account_id as "accountId", conversation.receipt`.execute(transaction);
    for (const { id: ref, accountId, receipt } of rows)
      note({ kind: 'message-acknowledged', receipt, accountId, ref, at });
    return rows.map(({ id }) => id);
  });
}

/** Notes that the agency wrote in a conversation, for each account that reads it. */
export function noteWritten(
  note: Note,
  { id: ref, receipt }: Pick<KnownConversation, 'id' | 'receipt'>,
  readers: readonly string[],
  { at, closes }: { readonly at: Date; readonly closes: boolean },
): void {
  for (const accountId of readers)
    note({ kind: closes ? 'conversation-closed' : 'message-received', receipt, accountId, ref, at });
}
