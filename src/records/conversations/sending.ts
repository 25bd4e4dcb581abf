import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { dayOf } from '../../platform/calendar/index.ts';
import { after, type Clock, MINUTE } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Blobs } from '../../platform/storage/index.ts';
import type { CheckedFile } from '../../platform/uploads/index.ts';
import { mayRead, writeDetail } from '../cases/index.ts';
import { changing } from '../changes/index.ts';
import { type FileToKeep, insertFiles, insertMessages, withoutTwins } from './files.ts';
import { workdaysAfter } from './promise.ts';
import { mayReadConversation } from './reading.ts';
import { textPlace } from './tables.ts';
import { fits, type Topics } from './topics.ts';

/** Where a message goes. */
export type Target =
  | { readonly is: 'new'; readonly topic: string; readonly receipt: string | null }
  | { readonly is: 'reply'; readonly conversation: string };

export type NewMessage = {
  readonly text: string;
  readonly files: readonly CheckedFile[];
};

export type Sent =
  | {
      readonly is: 'sent';
      /** Where it stands now. */
      readonly conversation: string;
      /** Whether the one that it answers was closed, so that it began another. */
      readonly isFollowUp: boolean;
    }
  /** The same was sent a moment ago, and nothing was said since. */
  | { readonly is: 'sent-before'; readonly conversation: string; readonly isFollowUp: boolean }
  | { readonly is: 'too-many' }
  | { readonly is: 'not-there' };

export type SendingParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobs: Pick<Blobs, 'put' | 'remove'>;
  readonly topics: Topics;
  readonly timeZone: string;
};

/** For so long the same message again is taken for one that was sent twice, as by a button pressed twice. */
const SAME_MINUTES = 15;
const DIGEST = 'message';

/**
 * Sends a person's message: its files are kept first, and removed again where it is not taken.
 * @param perDay most messages of an account on a day of the agency
 * @throws StorageUnavailable when a file cannot be kept; nothing is sent then
 */
export async function sendMessage(
  parts: SendingParts,
  accountId: string,
  target: Target,
  message: NewMessage,
  { perDay }: { readonly perDay: number },
): Promise<Sent> {
  const { database, clock, blobs } = parts;
  const kept: FileToKeep[] = [];
  let isTaken = false;
  try {
    for (const { name, mediaType, bytes } of withoutTwins(message.files)) {
      const stored = await blobs.put(inOne(bytes), { maxBytes: bytes.length });
      if (stored.is === 'too-large') throw new Error('a file grew while it was kept');
      const { id, key, size, sha256 } = stored;
      kept.push({ blob: { id, key }, name, mediaType, size, sha256 });
    }
    const sent = await changing(database, clock, 'person', async (transaction, note) => {
      const taken = await take(transaction, parts, {
        accountId,
        target,
        text: message.text,
        files: kept,
        perDay,
      });
      if (taken.is !== 'sent') return taken;
      const { receipt, message: ref, ...rest } = taken;
      note({ kind: 'message-sent', receipt, accountId, ref, at: clock.now() });
      return rest;
    });
    isTaken = sent.is === 'sent';
    return sent;
  } finally {
    // What cannot be removed now goes at night, like all that no row names.
    if (!isTaken) for (const { blob } of kept) await blobs.remove(blob.id).catch(() => {});
  }
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

type Taking = {
  readonly accountId: string;
  readonly target: Target;
  readonly text: string;
  readonly files: readonly FileToKeep[];
  readonly perDay: number;
};

type Taken =
  | Exclude<Sent, { is: 'sent' }>
  | (Extract<Sent, { is: 'sent' }> & { readonly receipt: string | null; readonly message: string });

async function take(transaction: Database, parts: SendingParts, taking: Taking): Promise<Taken> {
  const { vault, clock, timeZone, topics } = parts;
  const { accountId, target, text, files, perDay } = taking;
  const now = clock.now();
  const today = dayOf(now, timeZone);
  // Held until the end: of two messages of an account the second sees the first.
  const sentToday = await holdCorrespondent(transaction, accountId, today);
  const whole = JSON.stringify([accountId, target, text, files.map(({ sha256 }) => sha256.toString('hex'))]);
  const before = await sameBefore(
    transaction,
    accountId,
    vault.blindIndexes(DIGEST, whole),
    after(clock, -SAME_MINUTES * MINUTE),
  );
  const isFollowUp = (id: string) => target.is === 'reply' && id !== target.conversation.toLowerCase();
  if (before !== null) return { is: 'sent-before', conversation: before, isFollowUp: isFollowUp(before) };
  if (sentToday >= perDay) return { is: 'too-many' };

  const place = await placeOf(transaction, accountId, target, topics);
  if (place === null) return { is: 'not-there' };
  const topic = topics.get(place.topic);
  const answerBy = topic === undefined ? null : workdaysAfter(today, topic.answerWithin);
  const opened =
    place.is === 'open'
      ? { id: place.id, key: vault.openDataKey(place.dataKey) }
      : await begin(transaction, vault, { ...place, accountId, now });
  const message = uuid();
  await insertMessages(
    transaction,
    [
      {
        id: message,
        conversationId: opened.id,
        accountId,
        event: null,
        at: now,
        textSealed: opened.key.seal(writeDetail(text), textPlace(message)),
        closes: false,
        digest: vault.blindIndex(DIGEST, whole),
      },
    ],
    now,
  );
  await insertFiles(
    transaction,
    files.map((file, at) => ({ ...file, messageId: message, place: at + 1, key: opened.key })),
  );
  await sql`
    update conversation set last_at = greatest(last_at, ${now}::timestamptz), answer_by = coalesce(answer_by, ${answerBy}::date)
    where id = ${opened.id}::uuid`.execute(transaction);
  await sql`update correspondent set day = ${today}::date, sent = ${sentToday + 1} where account_id = ${accountId}::uuid`.execute(
    transaction,
  );
  return {
    is: 'sent',
    conversation: opened.id,
    isFollowUp: isFollowUp(opened.id),
    receipt: place.receipt,
    message,
  };
}

/** @returns how many messages the account has sent today */
async function holdCorrespondent(transaction: Database, accountId: string, today: string): Promise<number> {
  const { rows } = await sql<{ sent: number }>`
    insert into correspondent as c (account_id, day, sent) values (${accountId}::uuid, ${today}::date, 0)
    on conflict (account_id) do update set sent = case when c.day = ${today}::date then c.sent else 0 end,
      day = ${today}::date
    returning sent`.execute(transaction);
  return rows[0]?.sent ?? 0;
}

/** The conversation in which the very same message is the last word, and was said after an instant. */
async function sameBefore(
  transaction: Database,
  accountId: string,
  digests: readonly Buffer[],
  since: Date,
): Promise<string | null> {
  const { rows } = await sql<{ conversation: string }>`
    select message.conversation_id as conversation from conversation_message message
    where message.account_id = ${accountId}::uuid and message.recorded_at > ${since}::timestamptz
      and message.digest = any(${[...digests]}::bytea[]) and not exists (
        select from conversation_message later
        where later.conversation_id = message.conversation_id
          and (later.recorded_at, later.id) > (message.recorded_at, message.id))
    order by message.recorded_at desc limit 1`.execute(transaction);
  return rows[0]?.conversation ?? null;
}

type Place =
  | {
      readonly is: 'open';
      readonly id: string;
      readonly receipt: string | null;
      readonly topic: string;
      readonly dataKey: Buffer;
    }
  | {
      readonly is: 'begun';
      readonly receipt: string | null;
      readonly topic: string;
      readonly follows: string | null;
    };

/** Where a message is written: in an open conversation, or in one that is to be begun. */
async function placeOf(
  transaction: Database,
  accountId: string,
  target: Target,
  topics: Topics,
): Promise<Place | null> {
  if (target.is === 'new') {
    const topic = topics.get(target.topic);
    if (topic === undefined || !fits(topic, target.receipt)) return null;
    if (target.receipt !== null) {
      const { rows } = await sql`
        select receipt from case_record own where own.receipt = ${target.receipt}
          and ${mayRead(accountId, sql.ref('own.receipt'))}`.execute(transaction);
      if (rows.length === 0) return null;
    }
    return { is: 'begun', receipt: target.receipt, topic: target.topic, follows: null };
  }
  // A closed one may have gone on in others: the newest of them counts.
  const { rows } = await sql<{
    id: string;
    receipt: string | null;
    topic: string;
    dataKey: Buffer;
    isClosed: boolean;
  }>`
    with recursive later as (
      select id, 0 as depth from conversation
      where id = ${target.conversation}::uuid and ${mayReadConversation(sql`${accountId}::uuid`)}
      union all
      select next.id, later.depth + 1 from conversation next join later on next.follows = later.id
      where next.account_id = ${accountId}::uuid
    ), newest as (select id from later order by depth desc limit 1)
    select id, receipt, topic, data_key as "dataKey", closed_at is not null as "isClosed"
    from conversation where id = (select id from newest) for update`.execute(transaction);
  const [found] = rows;
  if (found === undefined) return null;
  const { isClosed, ...place } = found;
  return isClosed
    ? { is: 'begun', receipt: place.receipt, topic: place.topic, follows: place.id }
    : { is: 'open', ...place };
}

async function begin(
  transaction: Database,
  vault: Vault,
  {
    accountId,
    receipt,
    topic,
    follows,
    now,
  }: Omit<Extract<Place, { is: 'begun' }>, 'is'> & { readonly accountId: string; readonly now: Date },
) {
  const id = uuid();
  const { key, wrapped } = vault.newDataKey();
  await transaction
    .insertInto('conversation')
    .values({
      id,
      account_id: accountId,
      receipt,
      topic,
      data_key: wrapped,
      follows,
      begun_at: now,
      last_at: now,
    })
    .execute();
  return { id, key };
}
