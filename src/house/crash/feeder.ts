import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startProgram } from '../../testing/process.ts';
import type { Drop } from './lines.ts';

/** Lines that one transaction of the feed takes. */
const BATCH = 1000;
const SUMMARY = /^(\d+) read, (\d+) added, (\d+) already known, (\d+) bad$/m;

/** A run of the feed as its operator sees it. */
export type FeedRun = Program & {
  /** What it has told, once it has ended. */
  told(): Promise<{
    readonly code: number | null;
    /** All good lines of which it said that they are in. */
    readonly acknowledged: readonly string[];
    /** Its last line, where it ran to its end. */
    readonly summary: {
      readonly read: number;
      readonly added: number;
      readonly known: number;
      readonly bad: number;
    } | null;
  }>;
};

/** Sends a drop by `npm run feed`. */
export function sendDrop(
  drop: Drop,
  { name, folder, environment }: { name: string; folder: string; environment: Record<string, string> },
): FeedRun {
  const file = join(folder, `${name}.ndjson`);
  writeFileSync(file, drop.lines.map(({ text }) => `${text}\n`).join(''));
  for (const each of drop.files) writeFileSync(join(folder, each.name), each.bytes);
  const program = startProgram('commands/feed.js', [file, '--files', folder], environment);
  return {
    ...program,
    told: async () => {
      const code = await program.ended;
      const found = SUMMARY.exec(program.out());
      // A bad line is told once its batch is committed, and so tells of all lines of that batch.
      const heard = [...program.err().matchAll(/^line (\d+)(?: \(\S+\))?: /gm)].map(([, line]) =>
        Number(line),
      );
      const upTo = found === null ? Math.ceil(Math.max(0, ...heard) / BATCH) * BATCH : drop.lines.length;
      const acknowledged = drop.lines.slice(0, upTo).flatMap((line) => (line.is === 'good' ? [line.id] : []));
      const [read = 0, added = 0, known = 0, bad = 0] = found?.slice(1).map(Number) ?? [];
      return { code, acknowledged, summary: found === null ? null : { read, added, known, bad } };
    },
  };
}
