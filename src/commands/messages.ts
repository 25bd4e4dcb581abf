import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { asAccountId, openAccountKey, readProfile } from '../identity/core/accounts/index.ts';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { type Foundation, openFoundation } from '../platform/foundation/index.ts';
import { downloadEnding } from '../platform/uploads/index.ts';
import { acknowledgeMessages, type SentMessage, sentMessages } from '../records/conversations/index.ts';

const USAGE = `Messages that people sent (docs/inbox.md).

  npm run --silent messages                      those that you did not say you have, one JSON object a line
  npm run --silent messages -- --since INSTANT   all that were sent since then, such as 2026-12-01T00:00:00Z
  npm run --silent messages -- --files FOLDER    puts their files into a folder too, each called by its id
  npm run --silent messages -- received ID…      says that you have them; who wrote them sees it`;

type Asked =
  | { readonly is: 'list'; readonly since: Date | null; readonly folder: string | null }
  | { readonly is: 'received'; readonly ids: readonly string[] };

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { since: { type: 'string' }, files: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, ...ids] = positionals;
    const { since, files } = values;
    if (action === 'received' && ids.length > 0 && since === undefined && files === undefined)
      return { is: 'received', ids };
    const from = since === undefined ? null : new Date(since);
    if (action !== undefined || (from !== null && Number.isNaN(from.getTime()))) return null;
    return { is: 'list', since: from, folder: files ?? null };
  } catch {
    return null;
  }
}

/** Exit code: 0 done, 1 some were not open, 2 it could not be done. */
async function run(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    return asked.is === 'list' ? await list(foundation, asked) : await received(foundation, asked.ids);
  } finally {
    await foundation.close();
  }
}

async function list(
  foundation: Foundation,
  { since, folder }: Extract<Asked, { is: 'list' }>,
): Promise<number> {
  const { database, vault } = foundation;
  if (folder !== null && !(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
  for await (const message of sentMessages(database, vault, since)) {
    if (folder !== null) await putFiles(foundation, message, folder);
    console.log(JSON.stringify(await lineOf(foundation, message)));
  }
  return 0;
}

/** A message as the office reads it; who wrote is told by name and address, since not every message is about a case. */
async function lineOf({ database, vault }: Foundation, { accountId, files, ...message }: SentMessage) {
  const id = asAccountId.parse(accountId);
  const { fullName, emails } = await readProfile(database, await openAccountKey(database, vault, id), id);
  return {
    ...message,
    from: { account: accountId, name: fullName, email: emails[0] ?? null },
    files: files.map(({ blob: _, ...file }) => file),
  };
}

async function putFiles({ blobs }: Foundation, { files }: SentMessage, folder: string): Promise<void> {
  for (const { id, mediaType, blob } of files)
    await pipeline(
      await blobs.open(blob),
      createWriteStream(join(folder, `${id}${downloadEnding(mediaType)}`), { mode: 0o600 }),
    );
}

async function received({ database }: Foundation, ids: readonly string[]): Promise<number> {
  const noted = await acknowledgeMessages(database, systemClock, ids);
  if (noted === null) throw new Error('an id is not that of a message');
  const left = ids.filter((id) => !noted.includes(id.toLowerCase()));
  for (const id of left) console.error(`${id}: no such message waits`);
  return left.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
