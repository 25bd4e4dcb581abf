import { openBlobs } from '../platform/storage/index.ts';

// What the tests of the storage end in the middle, or run on a disk that is full. It says how far it is, a word a line.
const [folder = '', amount = ''] = process.argv.slice(2);
const PART = Buffer.alloc(256 * 1024);

/** So many bytes; of "endless" ones, it says when the first are taken, and goes on for as long as it lives. */
async function* content(): AsyncGenerator<Buffer> {
  const bytes = amount === 'endless' ? Number.POSITIVE_INFINITY : Number(amount);
  for (let given = 0; given < bytes; given += PART.length) {
    if (given === 4 * PART.length) process.stdout.write('begun\n');
    if (bytes === Number.POSITIVE_INFINITY) await new Promise((resolve) => setTimeout(resolve, 5));
    yield PART.subarray(0, bytes - given);
  }
}

const blobs = await openBlobs({ is: 'folder', folder });
process.stdout.write(
  await blobs.put(content(), { maxBytes: Number.POSITIVE_INFINITY }).then(
    ({ is }) => `${is}\n`,
    (error: unknown) => `${error instanceof Error && 'code' in error ? error.code : error}\n`,
  ),
);
