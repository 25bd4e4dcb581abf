import { sql } from 'kysely';
import type { BlindIndexes } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { mayRead } from '../cases/index.ts';

/** What a claim is compared with. The same one query whether or not there is such a case. */
export async function selectClaimable(database: Database, accountId: string, receipt: string) {
  const { rows } = await sql<{
    personIndex: Buffer;
    accessCodeMac: Buffer | null;
    claimed: boolean;
    linkedHere: boolean;
    linked: boolean;
  }>`
    select person_index as "personIndex", access_code_mac as "accessCodeMac", claimed_at is not null as claimed,
      ${mayRead(accountId, sql.ref('record.receipt'))} as "linkedHere",
      exists (select from case_link link where link.receipt = record.receipt) as linked
    from case_record record where receipt = ${receipt}
  `.execute(database);
  return rows[0];
}

/**
 * Uses up a case's access code.
 * @returns false when it is used, or when the record has changed since it was compared
 */
export async function useAccessCode(
  transaction: Database,
  seen: {
    readonly receipt: string;
    readonly personIndexes: BlindIndexes;
    readonly accessCodeMacs: BlindIndexes;
    readonly at: Date;
  },
): Promise<boolean> {
  const { rows } = await sql`
    update case_record record set claimed_at = ${seen.at}
    where receipt = ${seen.receipt} and claimed_at is null and person_index = any(${seen.personIndexes}::bytea[])
      and access_code_mac = any(${seen.accessCodeMacs}::bytea[])
      and not exists (select from case_link link where link.receipt = record.receipt)
    returning receipt
  `.execute(transaction);
  return rows.length === 1;
}
