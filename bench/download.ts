import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startStatic } from './lib/bare.ts';
import { type Bench, either } from './lib/bench.ts';
import { atLeast } from './lib/finding.ts';
import { get } from './lib/http.ts';
import { load } from './lib/load.ts';
import { failures, perSecond } from './lib/plan.ts';
import { feed, storage } from './lib/product.ts';
import { lineTaker, type Seeding } from './lib/seed.ts';
import { cpuEach, type Spent, spending } from './lib/spent.ts';
import { setStage } from './lib/stage.ts';
import { median } from './lib/statistics.ts';

const PEOPLE = 16;
/** Each person may have six. */
const CONNECTIONS = 8;
const BYTES = 5_000_000;
const MEGABYTE = 1_000_000;
const FILE = 'paper.pdf';
const WARM = 1;

/** What a person's own sealed file costs over one that lies open for everybody. */
export const download: Bench = {
  name: 'download',
  title: 'Download of a file of 5 MB',
  measure: async (run) => {
    const folder = join(run.folder, 'download');
    const files = join(folder, 'files');
    mkdirSync(files, { recursive: true });
    writeFileSync(
      join(files, FILE),
      Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(BYTES)]).subarray(0, BYTES),
    );
    let documents: ReadonlyMap<string, string> = new Map();
    const stage = await setStage(run, 'download', {
      accounts: PEOPLE,
      signedIn: PEOPLE,
      casesEach: 1,
      crowd: async (seeding) => {
        documents = await seedFiles(seeding, files, join(folder, 'data/blobs'));
      },
    });
    const plain = await startStatic(folder, files);
    const ask = (server: { port: number; pid: number }, requests: readonly string[]) =>
      spending(run, server, WARM, () =>
        load({
          is: 'requests',
          port: server.port,
          connections: CONNECTIONS,
          requests,
          seconds: either(run, 6, 3),
          warm: WARM,
        }),
      );
    const own = stage.cookies.map((cookie, at) =>
      get(`/documents/${documents.get(stage.receipts[at]?.[0] ?? '')}/file`, cookie),
    );
    const [ours, theirs]: [Spent[], Spent[]] = [[], []];
    try {
      for (let round = 0; round < either(run, 4, 2); round++) {
        ours.push(await ask(stage.portico, own));
        theirs.push(await ask(plain, [get(`/${FILE}`)]));
      }
    } finally {
      await plain.stop();
      await stage.close();
    }
    return [
      {
        what: 'Downloads/s of a sealed document of 5 MB ÷ of a plain file by `@fastify/static`',
        value: rate(ours) / rate(theirs),
        goal: atLeast(0.3),
        from: {
          'MB a second, sealed': (rate(ours) * BYTES) / MEGABYTE,
          'MB a second, plain': (rate(theirs) * BYTES) / MEGABYTE,
          failed: [...ours, ...theirs].reduce((sum, { report }) => sum + failures(report, ['200']), 0),
          ...cpuEach(ours, 'sealed '),
          ...cpuEach(theirs, 'plain '),
        },
      },
    ];
  },
};

const rate = (all: readonly Spent[]) => median(all.map(({ report }) => perSecond(report)));

/** Gives each case that is somebody's a document that is the file. @returns their ids by receipt */
async function seedFiles(
  seeding: Seeding,
  files: string,
  blobFolder: string,
): Promise<ReadonlyMap<string, string>> {
  const { pool } = seeding.connection;
  const blobs = await storage.openBlobs({ is: 'folder', folder: blobFolder });
  const cases = await pool.query<{ receipt: string }>('select receipt from case_link');
  const at = new Date().toISOString();
  const lines = cases.rows.map(({ receipt }) =>
    JSON.stringify({
      kind: 'document',
      id: `file-${receipt}`,
      receipt,
      at,
      type: 'letter',
      issuedOn: at.slice(0, 10),
      file: FILE,
    }),
  );
  await lineTaker(seeding, { files: feed.folderOfFiles(files), blobs })(lines);
  blobs.close();
  const { rows } = await pool.query<{ receipt: string; id: string }>(
    'select receipt, id from document where blob_id is not null',
  );
  return new Map(rows.map(({ receipt, id }) => [receipt, id]));
}
