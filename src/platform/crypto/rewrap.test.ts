import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import {
  newKeyRing,
  openVault,
  rewrapDataKeys,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from './index.ts';

const { database, clock } = await freshDatabase();

it('wraps every data key anew, once, and leaves what they seal readable without the old key', async () => {
  const ring = newKeyRing();
  const sealed = Array.from({ length: 1_203 }, () => {
    const id = randomUUID();
    const { key, wrapped } = openVault(ring).newDataKey();
    const place = { table: 'outbox', column: 'message_sealed', row: id };
    return {
      id,
      channel: 'email',
      data_key: wrapped,
      message_sealed: key.seal(id, place),
      created_at: clock.now(),
    };
  });
  await database.insertInto('outbox').values(sealed).execute();

  const newer = withAddedKeysCurrent(withNewKeys(ring));
  expect(await rewrapDataKeys(database, openVault(newer))).toBe(1_203);
  expect(await rewrapDataKeys(database, openVault(newer))).toBe(0);

  const vault = openVault(withoutOldKeys(newer));
  for (const row of await database.selectFrom('outbox').selectAll().execute()) {
    const place = { table: 'outbox', column: 'message_sealed', row: row.id };
    expect(vault.openDataKey(row.data_key).unseal(row.message_sealed, place)).toBe(row.id);
  }
});
