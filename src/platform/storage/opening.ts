import { Readable } from 'node:stream';
import { chunkCipher } from '../crypto/index.ts';
import { type ByteRange, CHUNK, chunksOf, inPieces, layoutOf, SEALED_CHUNK, sealedRange } from './chunks.ts';
import { BlobDamaged, StorageUnavailable } from './faults.ts';
import type { BlobReference, SealedContent, Store } from './store.ts';

/** Opens a blob as a stream. Its first chunk has been checked when the stream is there. */
export async function openingStream(store: Store, blob: BlobReference, range?: ByteRange): Promise<Readable> {
  if (range !== undefined) refuseWrong(range);
  const chunks = range === undefined ? null : chunksOf(range);
  const { content, total } = await store.read(blob.id, chunks === null ? undefined : sealedRange(chunks));
  try {
    const layout = layoutOf(total);
    if (layout === null) throw new BlobDamaged(blob.id);
    if (range !== undefined && range.last >= layout.size) throw new BlobDamaged(blob.id);
    const plain = opening(content, blob, {
      from: chunks?.from ?? 0,
      to: chunks?.to ?? layout.chunks - 1,
      lastOfAll: layout.chunks - 1,
      ...(range === undefined ? {} : { range }),
    });
    const first = await plain.next();
    return streamOf(first, plain, content);
  } catch (error) {
    content.destroy();
    throw error;
  }
}

function refuseWrong({ first, last }: ByteRange): void {
  const isRange = Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && first <= last;
  if (!isRange) throw new RangeError(`no range of bytes: ${first} to ${last}`);
}

type Wanted = {
  readonly from: number;
  readonly to: number;
  readonly lastOfAll: number;
  readonly range?: ByteRange;
};

/** The content of chunks that follow each other, cut to a range. */
async function* opening(
  sealed: SealedContent,
  { id, key }: BlobReference,
  { from, to, lastOfAll, range }: Wanted,
): AsyncGenerator<Buffer> {
  const cipher = chunkCipher(key, id);
  let index = from;
  for await (const { piece } of inPieces(received(sealed), SEALED_CHUNK)) {
    const plain = openChunk(() => cipher.open(piece, index, index === lastOfAll), id);
    const at = index * CHUNK;
    index++;
    yield range === undefined
      ? plain
      : plain.subarray(Math.max(0, range.first - at), Math.min(plain.length, range.last + 1 - at));
  }
  if (index <= to) throw new BlobDamaged(id);
}

function openChunk(open: () => Buffer, id: string): Buffer {
  try {
    return open();
  } catch (error) {
    throw new BlobDamaged(id, error);
  }
}

/** What comes from a disk or an object store, which may fail in the middle. */
async function* received(sealed: SealedContent): AsyncGenerator<Buffer> {
  try {
    for await (const part of sealed) yield part;
  } catch (error) {
    throw new StorageUnavailable('read a blob', error);
  }
}

/** A stream of a generator that has begun; whoever leaves early closes what it reads from. */
function streamOf(
  begun: IteratorResult<Buffer>,
  rest: AsyncGenerator<Buffer>,
  source: SealedContent,
): Readable {
  let waiting: IteratorResult<Buffer> | null = begun;
  return new Readable({
    highWaterMark: CHUNK,
    read() {
      const next = waiting === null ? rest.next() : Promise.resolve(waiting);
      waiting = null;
      next.then(
        ({ done, value }) => this.push(done === true ? null : value),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    destroy(error, done) {
      source.destroy();
      done(error);
    },
  });
}
