import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { accountsOf, byTime, type Detail, openCases, writeDetail } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import {
  type AgencyConversation,
  fits,
  insertConversations,
  insertFiles,
  insertMessages,
  type KnownConversation,
  knowingMessages,
  type MessageRow,
  noteWritten,
  selectConversationsByName,
  settleConversations,
  textPlace,
  withoutTwins,
} from '../conversations/index.ts';
import type { StoredFile } from '../documents/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import {
  bad,
  common,
  eventId,
  faultsOf,
  type IntakeRules,
  languageFaults,
  localizedText,
  pastInstant,
  plainName,
  quoted,
  type Read,
  receiptFaults,
  sorted,
} from './reading.ts';

/** That the agency wrote to a person, as it says it, checked. */
export type MessageEvent = {
  readonly kind: 'message';
  readonly id: string;
  /** Null where the conversation is about no case. */
  readonly receipt: string | null;
  readonly at: Date;
  readonly where:
    | { readonly is: 'new'; readonly receipt: string; readonly topic: string }
    /** By its id, as the agency was told, or by the agency's own id of a message in it. */
    | { readonly is: 'known'; readonly name: string };
  readonly text: Detail | null;
  /** Names of files that come with it. */
  readonly files: readonly string[];
  readonly closes: boolean;
};

/** The same with the files that came with it; none where it is known already. */
export type DigestedMessage = Digested<MessageEvent> & { readonly files?: readonly StoredFile[] };

const LONGEST = 10_000;
const MOST_FILES = 10;

const Event = z.strictObject({
  ...common,
  receipt: z.string().optional(),
  kind: z.literal('message'),
  conversation: eventId.optional(),
  topic: z.string().optional(),
  text: localizedText(LONGEST, 'lines').optional(),
  files: z.array(plainName).max(MOST_FILES, `has more than ${MOST_FILES} files`).optional(),
  closes: z.boolean().optional(),
});
const FIELDS: ReadonlySet<PropertyKey> = new Set(Object.keys(Event.shape));

function read(value: object, rules: IntakeRules): Read<MessageEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { id, at, receipt = null, text = null, files = [], closes = false } = parsed.data;
  const where = whereOf(parsed.data, rules);
  const faults = [
    ...(receipt === null ? [] : receiptFaults(receipt, rules)),
    ...languageFaults('text', text ?? undefined, rules.languages),
    ...(where.is === 'faults' ? where.faults : []),
    ...(text === null && files.length > 0 ? ['"files" come with a "text"'] : []),
    ...(text === null && !closes ? ['one of "text" and "closes" is needed'] : []),
  ];
  const time = pastInstant(at, rules.clock.now());
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string' || where.is === 'faults') return bad(faults.join('; '));
  return { is: 'event', event: { kind: 'message', id, receipt, at: time, where, text, files, closes } };
}

type Faults = { readonly is: 'faults'; readonly faults: readonly string[] };

function whereOf(
  { conversation, topic: code, receipt, text }: z.infer<typeof Event>,
  { topics }: IntakeRules,
): MessageEvent['where'] | Faults {
  const faults = (...all: readonly string[]): Faults => ({ is: 'faults', faults: all });
  if (conversation !== undefined)
    return code === undefined
      ? { is: 'known', name: conversation }
      : faults('"topic" is of a message that begins a conversation');
  if (receipt === undefined || code === undefined || text === undefined)
    return faults('"receipt", "topic" and "text" are needed to begin a conversation');
  const topic = topics.get(code);
  if (topic === undefined) return faults(`topic ${quoted(code)} is not known`);
  return fits(topic, receipt)
    ? { is: 'new', receipt, topic: code }
    : faults(`topic "${code}" is about no case`);
}

function canonical({ kind, id, receipt, at, where, text, files, closes }: MessageEvent): string {
  return JSON.stringify([kind, id, receipt, at.getTime(), sorted(where), sorted(text), files, closes]);
}

async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly DigestedMessage[],
): Promise<readonly Taken[]> {
  const begun = await begin(transaction, vault, fresh);
  const named = fresh.flatMap(({ event: { where } }) => (where.is === 'known' ? [where.name] : []));
  const known = await selectConversationsByName(transaction, vault, named);
  const outcomes = new Map<DigestedMessage, Taken>();
  const written: {
    readonly row: MessageRow;
    readonly found: KnownConversation;
    readonly item: DigestedMessage;
  }[] = [];
  for (const item of fresh.toSorted((a, b) => byTime(a.event, b.event))) {
    const { event, digest } = item;
    const found =
      event.where.is === 'new'
        ? begun.get(event.id)
        : (known.get(event.where.name) ?? begun.get(event.where.name));
    if (found === undefined || found.receipt !== event.receipt) {
      outcomes.set(item, event.where.is === 'new' ? UNKNOWN_CASE : NO_CONVERSATION);
      continue;
    }
    const id = uuid();
    const { at, text, closes } = event;
    const textSealed = text === null ? null : found.key.seal(writeDetail(text), textPlace(id));
    written.push({
      row: { id, conversationId: found.id, accountId: null, event: event.id, at, textSealed, closes, digest },
      found,
      item,
    });
  }
  if (written.length === 0) return fresh.map((item) => outcomes.get(item) ?? NO_CONVERSATION);
  await insertMessages(
    transaction,
    written.map(({ row }) => row),
    now,
  );
  await insertFiles(
    transaction,
    written.flatMap(({ row, found, item: { files = [] } }) =>
      withoutTwins(files).map((file, at) => ({ ...file, messageId: row.id, place: at + 1, key: found.key })),
    ),
  );
  await settleConversations(transaction, [...new Set(written.map(({ row }) => row.conversationId))], now);
  for (const { row, found } of written) noteWritten(note, found, await readersOf(transaction, found), row);
  return fresh.map((item) => outcomes.get(item) ?? ADDED);
}

const NO_CONVERSATION = bad('the case has no such conversation');

/** Who is told: whoever alone reads it, while the case is theirs, or all who may read its case. */
async function readersOf(
  transaction: Database,
  { accountId, receipt }: KnownConversation,
): Promise<readonly string[]> {
  if (receipt === null) return accountId === null ? [] : [accountId];
  const readers = await accountsOf(transaction, receipt);
  return accountId === null ? readers : readers.filter((each) => each === accountId);
}

/** Begins the conversations that a batch begins, by the agency's ids of the messages that do. */
async function begin(
  transaction: Database,
  vault: Vault,
  fresh: readonly DigestedMessage[],
): Promise<ReadonlyMap<string, KnownConversation>> {
  const beginning = fresh.flatMap(({ event }) =>
    event.where.is === 'new' ? [{ event: event.id, at: event.at, ...event.where }] : [],
  );
  const cases = await openCases(
    transaction,
    vault,
    beginning.map(({ receipt }) => receipt),
  );
  const begun = new Map<string, KnownConversation>();
  const rows: AgencyConversation[] = [];
  for (const { event, at, receipt, topic } of beginning) {
    if (!cases.has(receipt)) continue;
    const id = uuid();
    const { key, wrapped } = vault.newDataKey();
    begun.set(event, { id, receipt, accountId: null, key });
    rows.push({ id, receipt, topic, dataKey: wrapped, at });
  }
  if (rows.length > 0) await insertConversations(transaction, rows);
  return begun;
}

/** That the agency wrote to a person. */
export const message: IntakeKind<DigestedMessage> = { read, canonical, knowing: knowingMessages, take };
