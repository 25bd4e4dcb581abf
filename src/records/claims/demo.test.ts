import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadAgency, readAgencyFile } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { loadCaseCatalogue, makeCases, needsDoing, personIndexes, progress } from '../cases/index.ts';
import { agencyFeed, folderOfFiles } from '../feed/index.ts';
import { makeClaims } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const catalogue = loadCaseCatalogue(agency);
const { database, vault, clock } = await freshDatabase();
const cases = makeCases({ database, vault });
const blobs = await testBlobs();

const person = { fullName: z.string(), born: z.string(), birthCountry: z.string() };
const People = z.object({ people: z.array(z.looseObject({ ...person, receipts: z.array(z.string()) })) });
const Notices = z.object({
  notices: z.array(
    z.strictObject({
      ...person,
      receipt: z.string(),
      accessCode: z.string(),
      alsoAppears: z.array(z.string()),
    }),
  ),
});
const { people } = readAgencyFile(agency.folder, 'demo/people.json', People);
const { notices } = readAgencyFile(agency.folder, 'demo/notices.json', Notices);

const newAccount = () => bareAccount(database, clock);

describe("the demonstration's cases", () => {
  beforeAll(async () => {
    const files = folderOfFiles(join(agency.folder, 'demo/files'));
    const feed = agencyFeed({ agency, database, vault }, clock, { blobs, files });
    const source = createReadStream(join(agency.folder, 'demo/feed.ndjson'));
    expect(await feed.take(source)).toMatchObject({ known: 0, bad: 0 });
  });

  it('are 40 of four forms, and most statuses have been somebody’s', async () => {
    const records = await database.selectFrom('case_record').select(['form']).execute();
    expect(records).toHaveLength(40);
    expect(new Set(records.map(({ form }) => form)).size).toBe(4);
    const statuses = await database.selectFrom('case_event').select('status').distinct().execute();
    expect(statuses.length).toBeGreaterThanOrEqual(catalogue.statuses.size - 2);
  });

  it('have papers and requests for papers in every state', async () => {
    const states = async (table: 'document' | 'evidence_request') =>
      (await database.selectFrom(table).select('state').distinct().execute())
        .map(({ state }) => state)
        .sort();
    expect(await states('document')).toEqual(['current', 'replaced', 'withdrawn']);
    expect(await states('evidence_request')).toEqual(['answered', 'expired', 'open', 'withdrawn']);
    const { rows } = await sql<{ files: string; templates: string }>`
      select count(distinct blob_id) as files, count(distinct template) as templates from document`.execute(
      database,
    );
    expect(rows).toEqual([{ files: '2', templates: '8' }]);
  });

  it('belong to the two people whose account names them', async () => {
    expect(people.map(({ receipts }) => receipts.length)).toEqual([7, 3]);
    for (const { receipts, ...named } of people) {
      const records = await database
        .selectFrom('case_record')
        .where('receipt', 'in', receipts)
        .selectAll()
        .execute();
      expect(records).toHaveLength(receipts.length);
      expect(records.filter((record) => needsDoing(record, catalogue))).toHaveLength(1);
      for (const record of records) expect(record.person_index).toEqual(personIndexes(vault, named)[0]);
    }
  });

  it.each(notices)('can be claimed with the notice of $fullName', async ({ alsoAppears, ...notice }) => {
    const accountId = await newAccount();
    const claims = makeClaims({ database, vault, clock });
    const { receipt, accessCode } = notice;
    expect(await claims.claimCase({ accountId, person: notice, receipt, accessCode })).toEqual({
      is: 'linked',
      receipt,
      others: alsoAppears.length,
    });
    const all = await cases.casesOf(accountId);
    expect(all.map((found) => found.receipt).sort()).toEqual([receipt, ...alsoAppears].sort());
    for (const found of all) {
      const file = await cases.caseFor(accountId, found.receipt);
      if (file === null) throw new Error(`no case ${found.receipt}`);
      expect(progress(file, catalogue).steps.length).toBeGreaterThan(0);
    }
  });
});
