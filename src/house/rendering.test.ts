import { expect, it } from 'vitest';
import { SEND_RECOVERY } from '../identity/entry/recovery/index.ts';
import { addJob } from '../platform/jobs/index.ts';
import { testApp } from '../testing/app.ts';
import { agencySays } from '../testing/documents.ts';

const app = await testApp();
const { database } = app;
const said = (id: string, more: object) => ({
  id,
  receipt: 'ARC2190000042',
  at: '2026-01-05T10:00:00Z',
  ...more,
});
const person = { family: 'Nguyen', given: 'Minh', born: '1989-04-17', birthCountry: 'VN' };
const template = { name: 'receipt', data: { received: '2026-01-02', applicant: 'Minh Nguyen' } };
const count = async (rendering: string) => {
  const rows = await database
    .selectFrom('document')
    .select('id')
    .where('rendering', '=', rendering)
    .execute();
  return rows.length;
};

it('lets no other job wait for documents, and a stop under way gives none of them up', async () => {
  await agencySays(app, [said('s1', { form: 'NAT-1', status: 'case-received', person })]);
  for (let batch = 0; batch < 5; batch++)
    await agencySays(
      app,
      Array.from({ length: 60 }, (_, n) =>
        said(`d${batch}-${n}`, { kind: 'document', type: 'receipt', issuedOn: '2026-01-05', template }),
      ),
    );
  const worker = await app.app.startWorker();
  await expect.poll(() => count('made')).toBeGreaterThan(0);
  await addJob(database, SEND_RECOVERY, { id: crypto.randomUUID() });
  const untried = async () => {
    const { rows } = await app.connection.pool.query(
      'select id from graphile_worker.jobs where task_identifier = $1 and attempts = 0',
      [SEND_RECOVERY],
    );
    return rows;
  };
  await expect.poll(untried).toEqual([]);
  expect(await count('waiting')).toBeGreaterThan(0);
  await app.server.close();
  await worker.stop();
  expect(await count('failed')).toBe(0);
  expect((await count('waiting')) + (await count('made'))).toBe(300);
  expect(await count('waiting')).toBeGreaterThan(0);
  const { rows } = await app.connection.pool.query(
    'select 1 from document where tries > 0 or claimed_until is not null',
  );
  expect(rows).toEqual([]);
});
