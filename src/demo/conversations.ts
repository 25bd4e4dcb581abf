import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type Agency, readAgencyFile } from '../platform/agency/index.ts';
import { dayOf } from '../platform/calendar/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Vault } from '../platform/crypto/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Blobs } from '../platform/storage/index.ts';
import { makeFileCheck } from '../platform/uploads/index.ts';
import { loadTopics, makeConversations } from '../records/conversations/index.ts';
import { agencyFeed, folderOfFiles } from '../records/feed/index.ts';

/** By the agency's clock. */
const when = { daysAgo: z.int().min(1), time: z.string().regex(/^\d{2}:\d{2}$/) };
const words = z.union([z.string(), z.record(z.string(), z.string())]);

const ConversationsFile = z.strictObject({
  conversations: z.array(
    z.strictObject({
      username: z.string(),
      topic: z.string(),
      receipt: z.string().optional(),
      /** Whether the person has read it all. */
      read: z.boolean().default(true),
      messages: z
        .array(
          z.discriminatedUnion('by', [
            z.strictObject({
              by: z.literal('person'),
              ...when,
              text: z.string(),
              files: z.array(z.string()).default([]),
            }),
            z.strictObject({
              by: z.literal('agency'),
              ...when,
              text: words.optional(),
              closes: z.boolean().default(false),
            }),
          ]),
        )
        .min(1),
    }),
  ),
});

type DemoConversation = z.infer<typeof ConversationsFile>['conversations'][number];
type Parts = {
  readonly agency: Agency;
  readonly blobs: Blobs;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
};

/** What the people of the demonstration and the agency wrote to each other. */
export const readConversationsFile = (agencyFolder: string): readonly DemoConversation[] =>
  readAgencyFile(agencyFolder, 'demo/conversations.json', ConversationsFile).conversations;

/**
 * Loads the conversations of a new person of the demonstration, as if they had been going on until now.
 * @throws when the agency's file does not fit its topics or cases
 */
export async function loadConversations(parts: Parts, accountId: string, username: string): Promise<void> {
  const own = readConversationsFile(parts.agency.folder).filter((each) => each.username === username);
  for (const [at, each] of own.entries())
    await loadConversation(parts, accountId, each, `demo-${username}-${at + 1}`);
}

async function loadConversation(
  parts: Parts,
  accountId: string,
  { topic, receipt, messages, read }: DemoConversation,
  name: string,
): Promise<void> {
  const { agency, clock } = parts;
  const files = join(agency.folder, 'demo/files');
  const check = makeFileCheck(null);
  let conversation: string | null = null;
  const all = new Set<string>();
  for (const [at, message] of messages.entries()) {
    const then = momentOf(message, parts);
    const talks = talksAt(parts, { now: () => then });
    if (message.by === 'person') {
      const checked = await check(
        await Promise.all(
          message.files.map(async (file) => ({ name: file, bytes: await readFile(join(files, file)) })),
        ),
      );
      if (checked.is === 'refused')
        throw new Error(`demo/files: ${checked.name} is not a file that people may send`);
      const sent = await talks.send(
        accountId,
        conversation === null
          ? { is: 'new', topic, receipt: receipt ?? null }
          : { is: 'reply', conversation },
        { text: message.text, files: checked.files },
        { perDay: messages.length * 100 },
      );
      if (sent.is !== 'sent') throw new Error(`demo/conversations.json: ${name} does not fit: ${sent.is}`);
      conversation = sent.conversation;
      all.add(conversation);
      continue;
    }
    const id = `${name}-${at + 1}`;
    const where = conversation === null ? { topic } : { conversation };
    const said = { text: message.text, ...(message.closes ? { closes: true } : {}) };
    await say(parts, { kind: 'message', id, receipt, at: then.toISOString(), ...where, ...said });
    conversation ??= (await talks.conversationsOf(accountId))[0]?.id ?? null;
  }
  const talks = talksAt(parts, clock);
  for (const each of read ? all : []) {
    const found = await talks.conversationOf(accountId, each);
    if (found !== null) await talks.noteRead(accountId, found);
  }
}

/** A time of a day of the agency, as many days ago. */
function momentOf(
  { daysAgo, time }: { readonly daysAgo: number; readonly time: string },
  { agency: { timeZone }, clock }: Parts,
): Date {
  const day = Temporal.PlainDate.from(dayOf(clock.now(), timeZone)).subtract({ days: daysAgo });
  return new Date(day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
}

const talksAt = ({ agency, ...parts }: Parts, clock: Clock) =>
  makeConversations({ ...parts, clock, topics: loadTopics(agency), timeZone: agency.timeZone });

async function say(parts: Parts, line: object): Promise<void> {
  const { agency, clock, blobs } = parts;
  const files = folderOfFiles(join(agency.folder, 'demo/files'));
  await agencyFeed(parts, clock, { blobs, files }).take(
    (async function* () {
      yield Buffer.from(JSON.stringify(line));
    })(),
    {
      badLine: (_, reason) => {
        throw new Error(`demo/conversations.json: ${reason}`);
      },
    },
  );
}
