import { type DataKey, sealedColumn, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';

export const ZONE_SEALED = sealedColumn({ table: 'account', column: 'time_zone_sealed', under: 'account' });

type Owner = { readonly accountId: string; readonly key: DataKey };

/** The zone in which a person reads times (IANA); null for the agency's, and where there is no such account. */
export async function zoneOf(database: Database, vault: Vault, id: string): Promise<string | null> {
  const row = await database
    .selectFrom('account')
    .select(['data_key', 'time_zone_sealed'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : openZone(vault.openDataKey(row.data_key), id, row.time_zone_sealed);
}

/** The same of a row of `account`. */
export const openZone = (key: DataKey, id: string, sealed: Buffer | null): string | null =>
  sealed === null ? null : key.unseal(sealed, ZONE_SEALED.place(id));

/** Sets the zone in which a person reads times; null for the agency's. */
export async function setZone(
  database: Database,
  { accountId, key }: Owner,
  zone: string | null,
): Promise<void> {
  await database
    .updateTable('account')
    .set({ time_zone_sealed: zone === null ? null : key.seal(zone, ZONE_SEALED.place(accountId)) })
    .where('id', '=', accountId)
    .execute();
}
