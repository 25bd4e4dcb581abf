import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';
import { agencyFeed, type FeedSummary, folderOfFiles } from '../records/feed/index.ts';

const USAGE = `Takes in events of cases, one JSON object a line (docs/feed.md).

  npm run feed -- FILE.ndjson                  a file
  npm run feed -- -                            standard input
  npm run feed -- FILE.ndjson --files FOLDER   the files that its lines name are in the folder
  npm run feed -- FILE.ndjson --check          tells what would become of it, and writes nothing

Exit code: 0 every line is in, or would be, 1 some lines were bad, 2 it did not run to the end.`;

const ALL_IN = 0;
const SOME_BAD = 1;
const NOT_DONE = 2;

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { files: { type: 'string' }, check: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file] = positionals;
    return file === undefined || positionals.length !== 1
      ? null
      : { file, folder: values.files, isCheck: values.check };
  } catch {
    return null;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) {
    console.error(USAGE);
    return NOT_DONE;
  }
  const { file, folder, isCheck } = asked;
  if (folder !== undefined && !(await stat(folder)).isDirectory())
    throw new Error(`${folder} is not a folder`);
  if (file !== '-' && !(await stat(file)).isFile()) throw new Error(`${file} is not a file`);
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));

  const foundation = await openFoundation(config.config, 'command');
  try {
    const terminal = makeTerminal();
    const filing =
      folder === undefined
        ? undefined
        : {
            files: folderOfFiles(folder),
            blobs: foundation.blobs,
          };
    const feed = agencyFeed(foundation, systemClock, filing);
    const source = file === '-' ? process.stdin : createReadStream(file);
    const taken = isCheck ? feed.check(source, terminal) : feed.take(source, terminal);
    const summary = await taken.catch((error: unknown) => {
      terminal.end();
      if (isCheck) throw error;
      throw new Error(`${say(error)}\nuntil then: ${said(terminal.soFar())}; send the same again`, {
        cause: error,
      });
    });
    terminal.end();
    console.log(isCheck ? saidOfCheck(summary) : said(summary));
    return summary.bad === 0 ? ALL_IN : SOME_BAD;
  } finally {
    await foundation.close();
  }
}

const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function said({ read, added, known, bad }: FeedSummary): string {
  return `${read} read, ${added} added, ${known} already known, ${bad} bad`;
}

function saidOfCheck({ read, added, known, bad }: FeedSummary): string {
  return `${read} read, ${added} would be added, ${known} already known, ${bad} bad; nothing was written`;
}

/** Bad lines on standard error, and on a terminal a line of progress that is written over. */
function makeTerminal() {
  const isTerminal = process.stderr.isTTY === true;
  let soFar: FeedSummary = { read: 0, added: 0, known: 0, bad: 0 };
  const clear = () => {
    if (isTerminal) process.stderr.write('\r\x1b[K');
  };
  return {
    badLine: (line: number, reason: string, id: string | null) => {
      clear();
      console.error(`line ${line}${id === null ? '' : ` (${id})`}: ${reason}`);
    },
    soFar: () => soFar,
    progress: (summary: FeedSummary) => {
      soFar = summary;
      clear();
      if (isTerminal) process.stderr.write(said(summary));
    },
    end: clear,
  };
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(say(error));
  process.exitCode = NOT_DONE;
}
