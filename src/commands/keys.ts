import { join } from 'node:path';
import { systemClock } from '../platform/clock/index.ts';
import { type Config, readConfig } from '../platform/config/index.ts';
import {
  countByKey,
  type KeyKind,
  type KeyRing,
  keyRingFile,
  newKeyRing,
  olderNames,
  reindex,
  reseal,
  rewrapDataKeys,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from '../platform/crypto/index.ts';
import { type Foundation, openFoundation } from '../platform/foundation/index.ts';
import { ROTATION } from '../tables.ts';

const USAGE = `Keeps the key ring (docs/operators.md#keys).

  npm run keys -- create        makes a ring where there is none
  npm run keys -- status        says which keys there are, and what was made with each
  npm run keys -- add           adds keys of every kind that only read; then give the ring to every server and restart
                                them
  npm run keys -- use           makes the added keys the ones that write; then the same again
  npm run keys -- rewrap        brings what is stored under them: wraps every data key anew, and makes every index anew
  npm run keys -- retire        does what is left of that and removes the older keys that nothing needs any more; only
                                when no server runs with a ring from before "use", since what such a server still
                                writes would be lost
  npm run keys -- reseal        seals everything anew under fresh data keys, by the cipher that seals now; while every
                                server and feed is stopped
  npm run keys -- retire --all  the same, and also those that are still needed; says what that costs

Each may be run again, also after it was cut off.`;

/** What is stored under a key and cannot be brought under another. */
type Need = { readonly kind: KeyKind; readonly name: string; readonly count: number; readonly what: string };

async function run([action, ...rest]: readonly string[]): Promise<number> {
  const result = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const { config } = result;
  const store = keyRingFile(config.keyRingPath);
  const all = action === 'retire' && rest[0] === '--all';
  switch (rest.length === (all ? 1 : 0) ? action : undefined) {
    case 'create':
      if (store.exists()) throw new Error(`there is a key ring at ${config.keyRingPath} already`);
      store.save(newKeyRing());
      console.log(
        `Made ${config.keyRingPath}. Keep a copy elsewhere: without it nothing that is sealed can be read.`,
      );
      return 0;
    case 'status': {
      const ring = store.load();
      const needs = await onFoundation(config, (foundation) => needsOf(foundation));
      for (const name of [
        ring.current,
        ...(ring.added === undefined ? [] : [ring.added]),
        ...olderNames(ring),
      ])
        console.log(sayKey(ring, name, needs));
      return 0;
    }
    case 'add': {
      const before = store.load();
      const ring = withNewKeys(before);
      if (ring !== before) store.save(ring);
      console.log(
        `${ring === before ? 'There are added keys already' : 'Added keys'}, named ${ring.added}. Restart every server with this ring, then run: npm run keys -- use`,
      );
      return 0;
    }
    case 'use': {
      const before = store.load();
      const ring = withAddedKeysCurrent(before);
      if (ring === before) {
        console.log(
          `No keys were added that do not write yet; ${ring.current} write already. To replace them, run: npm run keys -- add`,
        );
        return 0;
      }
      store.save(ring);
      console.log(
        `The keys ${ring.current} write now. Restart every server with this ring, then run: npm run keys -- rewrap`,
      );
      return 0;
    }
    case 'rewrap':
      await onFoundation(config, renew);
      return 0;
    case 'reseal': {
      const { keys, values } = await onFoundation(config, ({ database, vault }) =>
        reseal(database, vault, ROTATION.sealed),
      );
      console.log(`Sealed ${values} values anew under ${keys} fresh data keys.`);
      return 0;
    }
    case 'retire': {
      const before = store.load();
      const needs = await onFoundation(config, async (foundation) => {
        await renew(foundation);
        return needsOf(foundation);
      });
      const isNeeded = (kind: KeyKind, name: string) =>
        needs.some((need) => need.kind === kind && need.name === name);
      const after = withoutOldKeys(before, all ? undefined : isNeeded);
      const kept = olderNames(after);
      for (const { name, count, what } of needs.filter((need) => olderNames(before).includes(need.name)))
        console.log(
          all
            ? `Given up: ${count} ${what}, made with ${name}.`
            : `Kept for ${count} ${what}: the ${name} that they were made with.`,
        );
      if (JSON.stringify(after) === JSON.stringify(before)) {
        console.log(kept.length === 0 ? 'There are no older keys.' : 'All that could be removed is removed.');
        return 0;
      }
      const copy = `${config.keyRingPath}.before-retire-${systemClock.now().toISOString().replaceAll(/[:.]/g, '')}`;
      keyRingFile(copy).save(before);
      store.save(after);
      console.log(
        `Removed the older keys${kept.length === 0 ? '' : ' that nothing needs'}. Restart every server. The ring with them is in ${copy}: keep it with the backups that need it.`,
      );
      return 0;
    }
    default:
      console.error(USAGE);
      return 2;
  }
}

async function onFoundation<T>(config: Config, work: (foundation: Foundation) => Promise<T>): Promise<T> {
  const foundation = await openFoundation(config, 'command');
  try {
    return await work(foundation);
  } finally {
    await foundation.close();
  }
}

/** Brings under the keys that write what can be brought. @throws when one text stands in two places that exclude each other */
async function renew({ database, vault }: Foundation): Promise<void> {
  console.log(`Wrapped ${await rewrapDataKeys(database, vault)} data keys anew.`);
  let renewed = 0;
  const doubled: string[] = [];
  for (const column of ROTATION.indexed) {
    const result = await reindex(database, vault, column);
    renewed += result.renewed;
    doubled.push(...result.doubled.map((id) => `${column.table} ${id}`));
  }
  console.log(`Made ${renewed} indexes anew.`);
  if (doubled.length > 0)
    throw new Error(
      `These rows say the same as another that is newer, since a server wrote with a ring from before "add": ${doubled.join(', ')}. See docs/operators.md#two-accounts-with-one-address.`,
    );
}

/** What is stored under each key, and is compared with it only. */
async function needsOf({ database }: Foundation): Promise<readonly Need[]> {
  const needs: Need[] = [];
  for (const column of ROTATION.keyed)
    for (const [name, count] of await countByKey(database, column))
      needs.push({ kind: column.kind, name, count, what: column.what });
  return needs;
}

function sayKey(ring: KeyRing, name: string, needs: readonly Need[]): string {
  const role =
    name === ring.current ? 'write' : name === ring.added ? 'added, only read so far' : 'older, only read';
  const lines = needs.filter((need) => need.name === name).map(({ count, what }) => `  ${count} ${what}`);
  return [`${name}: ${role}`, ...lines].join('\n');
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
