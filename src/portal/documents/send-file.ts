import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askedRange, downloadHeaders, HttpRefusal, note } from '../../platform/http/index.ts';
import type { ByteRange } from '../../platform/storage/index.ts';
import type { Downloads } from './downloads.ts';

export type FileToSend = {
  readonly content: {
    readonly mediaType: string;
    readonly size: number;
    readonly sha256: Buffer;
    /** @throws StorageUnavailable, BlobMissing, BlobDamaged */
    read(range?: ByteRange): Promise<Readable>;
  };
  /** What it is called. */
  readonly name: string;
  /** Whether the browser is to show it. */
  readonly show: boolean;
  readonly accountId: string;
  readonly downloads: Downloads;
};

/** After how many seconds one of many downloads may have ended. */
const AGAIN_SECONDS = 30;

/**
 * Answers with a sealed file as a stream, or the part of it that was asked for. Nobody keeps it: it is a person's own.
 * @throws StorageUnavailable, BlobMissing, BlobDamaged before anything was sent; HttpRefusal (503) where too many are on
 * their way
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { content, name, show, accountId, downloads }: FileToSend,
): Promise<FastifyReply> {
  const { size, mediaType, sha256 } = content;
  const tag = `"${sha256.toString('base64url')}"`;
  const { range, 'if-range': unless } = request.headers;
  const asked = askedRange(unless === undefined || unless === tag ? range : undefined, size);
  const whole = { 'accept-ranges': 'bytes', etag: tag };
  if (asked.is === 'unsatisfiable')
    return reply
      .code(416)
      .headers({ ...whole, 'content-range': `bytes */${size}` })
      .send('');
  if (request.method !== 'HEAD' && downloads.begin(reply.raw, accountId) === 'full') {
    note(request, { why: 'downloads' });
    throw new HttpRefusal(503, AGAIN_SECONDS);
  }
  // Fastify reads a stream to its end for HEAD, and keeps the length that was said.
  const bytes =
    request.method === 'HEAD'
      ? Readable.from([])
      : await content.read(asked.is === 'part' ? asked : undefined);
  const length = asked.is === 'part' ? asked.last - asked.first + 1 : size;
  reply.headers({ ...whole, ...downloadHeaders({ name, type: mediaType, size: length, show }) });
  if (asked.is === 'part')
    reply.code(206).header('content-range', `bytes ${asked.first}-${asked.last}/${size}`);
  return reply.send(bytes);
}
