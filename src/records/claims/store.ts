import { sql } from 'kysely';
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
