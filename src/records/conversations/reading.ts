import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Vault } from '../../platform/crypto/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import { type Detail, mayRead, readableReceipts, readDetail } from '../cases/index.ts';
import { fileNamePlace, textPlace } from './tables.ts';

/** A conversation as it stands in a list. */
export type ConversationSummary = {
  readonly id: string;
  /** Null where it is about no case. */
  readonly receipt: string | null;
  /** Of its case. */
  readonly form: string | null;
  /** One of the agency's topics. */
  readonly topic: string;
  readonly lastAt: Date;
  /** Who wrote last. */
  readonly lastBy: 'person' | 'agency';
  /** What was said last; null where the agency only closed. */
  readonly lastText: Detail | null;
  /** The day by which an answer is promised; null while nobody waits for one. */
  readonly answerBy: CalendarDate | null;
  readonly closedAt: Date | null;
  readonly isUnread: boolean;
  /** Whether the person wrote in it at all. */
  readonly hasAsked: boolean;
};

/** A file that came with a message. */
export type MessageFile = {
  readonly id: string;
  /** Without a directory, in any script. */
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
};

export type Message = {
  readonly id: string;
  readonly by: 'person' | 'agency';
  readonly at: Date;
  /** Null where the agency only closed. */
  readonly text: Detail | null;
  readonly closes: boolean;
  /** When the agency said that it has it; null for its own, and while it has not. */
  readonly acknowledgedAt: Date | null;
  readonly files: readonly MessageFile[];
};

/** A conversation with all that was said in it, oldest first. */
export type Conversation = Omit<ConversationSummary, 'lastBy' | 'lastText'> & {
  readonly messages: readonly Message[];
  /** The closed one that it goes on from. */
  readonly follows: string | null;
  /** The one in which it goes on. */
  readonly followedBy: string | null;
  /** Up to where the agency's words are shown, for `noteRead`. */
  readonly toldAt: Date | null;
};

/**
 * Whether an account may read a conversation, over a row `conversation`: the one condition in every query for an account.
 * What a person began is theirs alone, also where another account comes to have the case.
 */
export const mayReadConversation = (accountId: RawBuilder<unknown>): RawBuilder<SqlBool> => sql<SqlBool>`
  (conversation.account_id = ${accountId} or conversation.account_id is null)
  and (conversation.receipt is null or ${mayRead(sql<string>`${accountId}`, sql.ref('conversation.receipt'))})`;

/** Whether an account may read a message, over a row `message` of a conversation that it may read. */
export const mayReadMessage = (accountId: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  sql<SqlBool>`(message.account_id is null or message.account_id = ${accountId})`;

const isUnread = (accountId: RawBuilder<unknown>): RawBuilder<SqlBool> => sql<SqlBool>`
  conversation.told_at > coalesce((
    select read_at from conversation_reading reading
    where reading.conversation_id = conversation.id and reading.account_id = ${accountId}
  ), '-infinity')`;

/**
 * Whether a conversation has something that an account may read and has not read.
 * @param id the conversation's, as text
 */
export const isUnreadBy = (
  accountId: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
): RawBuilder<SqlBool> => sql<SqlBool>`
  exists (select from conversation where conversation.id = (${id})::uuid
    and ${isUnread(accountId)} and ${mayReadConversation(accountId)})`;

/** How many conversations of an account have something that it has not read. A fragment, of one number. */
export const countingUnread = (accountId: RawBuilder<unknown>): RawBuilder<number> => sql<number>`(
  select count(*)::int from conversation
  where ${isOfAccount(accountId)} and ${isUnread(accountId)} and ${mayReadConversation(accountId)})`;

/** Narrows to what an account began, or the agency in one of its cases, by indexes whatever others have. */
const isOfAccount = (accountId: RawBuilder<unknown>): RawBuilder<SqlBool> => sql<SqlBool>`conversation.id in (
  select begun.id from conversation begun where begun.account_id = ${accountId}
  union all
  select begun.id from conversation begun
  where begun.account_id is null and begun.receipt in (${readableReceipts(accountId)}))`;

/** Which conversations count in a list. */
export type Listed = 'all' | 'unread' | { readonly receipt: RawBuilder<string> };

function counting(which: Listed, accountId: RawBuilder<unknown>): RawBuilder<unknown> {
  if (which === 'all') return sql`true`;
  return which === 'unread' ? isUnread(accountId) : sql`conversation.receipt = ${which.receipt}`;
}

/**
 * The conversations of an account as one JSON value for `readConversations`: what was not read first, then the newest. A
 * fragment that itself asks whether each may be read.
 */
export function listingConversations(accountId: RawBuilder<unknown>, which: Listed): RawBuilder<unknown> {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', conversation.id, 'receipt', conversation.receipt, 'form', about.form, 'topic', conversation.topic,
      'lastAt', conversation.last_at, 'answerBy', conversation.answer_by, 'closedAt', conversation.closed_at,
      'isUnread', coalesce(${isUnread(accountId)}, false), 'key', ${base64(sql`conversation.data_key`)},
      'hasAsked', exists (
        select from conversation_message message
        where message.conversation_id = conversation.id and message.account_id = ${accountId}
      ), 'messageId', newest.id, 'isPersons', newest.account_id is not null, 'textSealed', ${base64(sql`newest.text_sealed`)}
    ) order by coalesce(${isUnread(accountId)}, false) desc, conversation.last_at desc, conversation.id desc), '[]')
    from conversation left join case_record about on about.receipt = conversation.receipt
    cross join lateral (
      select message.id, message.account_id, message.text_sealed from conversation_message message
      where message.conversation_id = conversation.id and ${mayReadMessage(accountId)}
      order by message.at desc, message.id desc limit 1
    ) newest
    where ${isOfAccount(accountId)} and ${mayReadConversation(accountId)} and ${counting(which, accountId)}
  )`;
}

const base64 = (value: RawBuilder<unknown>) => sql`replace(encode(${value}, 'base64'), E'\\n', '')`;

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));

const Rows = z.array(
  z.object({
    id: z.string(),
    receipt: z.string().nullable(),
    form: z.string().nullable(),
    topic: z.string(),
    lastAt: instant,
    answerBy: z.string().nullable(),
    closedAt: instant.nullable(),
    isUnread: z.boolean(),
    hasAsked: z.boolean(),
    key: bytes,
    messageId: z.string(),
    isPersons: z.boolean(),
    textSealed: bytes.nullable(),
  }),
);

/** What `listingConversations` gave. */
export function readConversations(
  value: unknown,
  vault: Pick<Vault, 'openDataKey'>,
): readonly ConversationSummary[] {
  return Rows.parse(value).map(({ key, messageId, isPersons, textSealed, ...listed }) => ({
    ...listed,
    lastBy: isPersons ? 'person' : 'agency',
    lastText:
      textSealed === null
        ? null
        : readDetail(vault.openDataKey(key).unseal(textSealed, textPlace(messageId))),
  }));
}

/** A conversation as its row has it, its messages as JSON. */
export type ConversationRow = {
  readonly id: string;
  readonly receipt: string | null;
  readonly form: string | null;
  readonly topic: string;
  readonly dataKey: Buffer;
  readonly lastAt: Date;
  readonly answerBy: string | null;
  readonly closedAt: Date | null;
  readonly toldAt: Date | null;
  readonly isUnread: boolean;
  readonly follows: string | null;
  readonly followedBy: string | null;
  readonly messages: unknown;
};

/**
 * The conversations that an account may read, with their messages, the newest first.
 * @param id the one of them; null for all
 */
export function selectingConversations(accountId: string, id: string | null): RawBuilder<ConversationRow> {
  const account = sql`${accountId}::uuid`;
  return sql<ConversationRow>`
    select conversation.id, conversation.receipt, own.form, conversation.topic, conversation.data_key as "dataKey",
      conversation.last_at as "lastAt", conversation.answer_by as "answerBy", conversation.closed_at as "closedAt",
      conversation.told_at as "toldAt", coalesce(${isUnread(account)}, false) as "isUnread", conversation.follows, (
        select later.id from conversation later
        where later.follows = conversation.id and later.account_id = ${account}
      ) as "followedBy", (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', message.id, 'isPersons', message.account_id is not null, 'at', message.at, 'closes', message.closes,
          'acknowledgedAt', message.acknowledged_at, 'textSealed', ${base64(sql`message.text_sealed`)},
          'files', (
            select coalesce(jsonb_agg(jsonb_build_object('id', file.id, 'mediaType', file.media_type, 'size', file.size,
              'nameSealed', ${base64(sql`file.name_sealed`)}) order by file.place), '[]')
            from message_file file where file.message_id = message.id
          )
        ) order by message.at, message.id), '[]')
        from conversation_message message
        where message.conversation_id = conversation.id and ${mayReadMessage(account)}
      ) as messages
    from conversation left join case_record own on own.receipt = conversation.receipt
    where ${id === null ? isOfAccount(account) : sql`conversation.id = ${id}::uuid`} and ${mayReadConversation(account)}
    order by conversation.last_at desc, conversation.id desc`;
}

const Messages = z.array(
  z.object({
    id: z.string(),
    isPersons: z.boolean(),
    at: instant,
    closes: z.boolean(),
    acknowledgedAt: instant.nullable(),
    textSealed: bytes.nullable(),
    files: z.array(z.object({ id: z.string(), mediaType: z.string(), size: z.number(), nameSealed: bytes })),
  }),
);

/** A row of `selectingConversations`, opened. */
export function readConversation(
  { dataKey, messages, ...row }: ConversationRow,
  vault: Pick<Vault, 'openDataKey'>,
): Conversation {
  const key = vault.openDataKey(dataKey);
  const said = Messages.parse(messages);
  return {
    ...row,
    hasAsked: said.some(({ isPersons }) => isPersons),
    messages: said.map(({ isPersons, textSealed, files, ...message }) => ({
      ...message,
      by: isPersons ? 'person' : 'agency',
      text: textSealed === null ? null : readDetail(key.unseal(textSealed, textPlace(message.id))),
      files: files.map(({ nameSealed, ...file }) => ({
        ...file,
        name: key.unseal(nameSealed, fileNamePlace(file.id)),
      })),
    })),
  };
}
