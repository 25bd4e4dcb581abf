import { join } from 'node:path';
import { hasSecurityEvent, type Seen, verifySecurityEvents } from '../platform/audit/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { openFoundation } from '../platform/foundation/index.ts';

const USAGE = `Walks the chain of security events (docs/operators.md).

  npm run audit:verify                     is every event there, unchanged and in its place?
  npm run audit:verify -- --seen SEQ:HASH  and is the event that the log was told of still in it?`;

/** Exit code: 0 whole, 1 broken, 2 it could not be read. */
async function run(args: readonly string[]): Promise<number> {
  const seen = readSeen(args);
  if (seen === undefined) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const foundation = await openFoundation(config.config, 'command');
  try {
    const verdict = await verifySecurityEvents(foundation.database);
    switch (verdict.is) {
      case 'whole':
        if (seen !== null && !(await hasSecurityEvent(foundation.database, seen))) {
          console.error(
            `The chain is whole, but event ${seen.seq} as the log has it is not in it: rows were cut off.`,
          );
          return 1;
        }
        console.log(`The chain of ${verdict.events} security events is whole.`);
        return 0;
      case 'broken':
        console.error(`The chain of security events is broken at event ${verdict.at}: it is ${verdict.why}.`);
        return 1;
    }
  } finally {
    await foundation.close();
  }
}

/** @returns null where none is asked for; undefined where it cannot be read */
function readSeen(args: readonly string[]): Seen | null | undefined {
  const [option, text = '', ...rest] = args;
  if (option === undefined) return null;
  const [, seq = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (option !== '--seen' || rest.length > 0 || seq === '') return undefined;
  return { seq: Number(seq), hash: Buffer.from(hash, 'hex') };
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
