import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UploadedFile } from '../uploads/index.ts';
import { HttpRefusal } from './errors.ts';

/** How many files a form takes, and how large. */
export type FileLimits = {
  readonly count: number;
  /** Of one file. */
  readonly bytes: number;
  /** Of all together. */
  readonly bytesInAll: number;
};

/** Why the files of a form are not taken. The rest of the form was read all the same. */
export type FilesRefused =
  | { readonly is: 'too-many' }
  | { readonly is: 'too-large'; readonly name: string }
  | { readonly is: 'too-large-in-all' }
  | { readonly is: 'empty'; readonly name: string }
  /** So many files are being sent at the moment that there is no room for these. */
  | { readonly is: 'no-room' };

export type Uploads = { readonly is: 'files'; readonly files: readonly UploadedFile[] } | FilesRefused;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set where the form of a page may come with files, in its field `files`. */
    files?: FileLimits;
  }
  interface FastifyRequest {
    /** The files of a form; they are in memory, and kept nowhere else. */
    uploads: Uploads;
  }
}

export const FILES_FIELD = 'files';
/** By which two forms with files are told apart; what begins so is no answer. */
const FINGERPRINTS = '_files';

const LIMITS = {
  fieldNameSize: 100,
  fieldSize: 64 * 1024,
  fields: 50,
  headerPairs: 20,
  headerSize: 4_096,
};
const MOST_PARTS = 200;
/** How many times as much as it takes a form is read of, so that a person is told why it is not taken. */
const READ_ON = 10;
/** What all files that are being sent may take in the memory of this process. */
const MOST_HELD = 192 * 1024 * 1024;

/**
 * Reads forms that come with files, where a route says that it takes them. A form is read to its end also where its files are
 * not taken, so that nothing typed is lost; files of strangers are read over.
 */
export function readFormsWithFiles(scope: FastifyInstance, mostHeld = MOST_HELD): void {
  let held = 0;
  scope.decorateRequest('uploads');
  scope.addHook('onRequest', async (request, reply) => {
    request.uploads = { is: 'files', files: [] };
    if (request.routeOptions.config.files !== undefined) reply.raw.once('close', () => request.filesDone?.());
  });
  scope.addContentTypeParser('multipart/form-data', async (request: FastifyRequest, payload: Readable) => {
    const { files: limits } = request.routeOptions.config;
    if (limits === undefined) throw Object.assign(new Error('no files here'), { statusCode: 415 });
    let own = 0;
    const room = (bytes: number): boolean => {
      if (held + bytes > mostHeld) return false;
      held += bytes;
      own += bytes;
      return true;
    };
    const free = () => {
      held -= own;
      own = 0;
    };
    // Until the answer is sent, or nobody waits for it any more.
    request.filesDone = free;
    try {
      const { body, uploads } = await readForm(request, payload, { limits, room });
      request.uploads = uploads;
      return body;
    } catch (error) {
      free();
      throw error;
    }
  });
  scope.addHook('onResponse', async (request) => request.filesDone?.());
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives back the room that the files of a form take. */
    filesDone?: () => void;
  }
}

/** Whether a form that was read came with files. */
export const hadFiles = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && FINGERPRINTS in body;

type Body = Record<string, string | string[]>;

async function readForm(
  request: FastifyRequest,
  payload: Readable,
  { limits, room }: { readonly limits: FileLimits; readonly room: (bytes: number) => boolean },
): Promise<{ readonly body: Body; readonly uploads: Uploads }> {
  const body: Body = Object.create(null);
  const files: UploadedFile[] = [];
  const prints: string[] = [];
  let refused: FilesRefused | null = null;
  let [inAll, read] = [0, 0];
  const busboy = new Busboy({
    headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
    limits: { ...LIMITS, parts: MOST_PARTS },
  });
  const refuse = (why: FilesRefused) => {
    refused ??= why;
    files.length = 0;
  };
  const isTaken = request.visitor.is === 'signed-in';

  busboy.on('field', (name, value) => {
    const before = body[name];
    body[name] = before === undefined ? value : [...[before].flat(), value];
  });
  busboy.on('file', (field, stream: BusboyFileStream, name) => {
    const pieces: Buffer[] = [];
    const hash = createHash('sha256');
    let size = 0;
    stream.on('data', (piece: Buffer) => {
      size += piece.length;
      inAll += piece.length;
      hash.update(piece);
      if (field !== FILES_FIELD || !isTaken || refused !== null) return;
      if (size > limits.bytes) refuse({ is: 'too-large', name: named(name) });
      else if (inAll > limits.bytesInAll) refuse({ is: 'too-large-in-all' });
      else if (!room(piece.length)) refuse({ is: 'no-room' });
      else pieces.push(piece);
    });
    stream.on('end', () => {
      // Where none was chosen, a browser sends a file without name and content.
      if (field !== FILES_FIELD || (name === '' && size === 0)) return;
      prints.push(`${name} ${hash.digest('base64url')}`);
      if (!isTaken || refused !== null) return;
      if (size === 0) refuse({ is: 'empty', name: named(name) });
      else if (files.length === limits.count) refuse({ is: 'too-many' });
      else files.push({ name: named(name), bytes: Buffer.concat(pieces) });
    });
  });
  const counted = async function* () {
    for await (const piece of payload) {
      read += piece.length;
      if (read > limits.bytesInAll * READ_ON) throw new HttpRefusal(413);
      yield piece;
    }
  };
  try {
    await pipeline(counted, busboy);
  } catch (error) {
    throw error instanceof HttpRefusal ? error : new HttpRefusal(400);
  }
  if (prints.length > 0) body[FINGERPRINTS] = prints;
  return { body, uploads: refused ?? { is: 'files', files } };
}

const LONGEST_NAME = 200;
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029/\\]/gu;

/** What a file is called, fit to be shown and kept. */
function named(name: string): string {
  const fit = name.toWellFormed().normalize('NFC').replaceAll(UNFIT, '').trim();
  const letters = [...fit];
  const ending = /\.[^.]{1,10}$/.exec(fit)?.[0] ?? '';
  if (letters.length <= LONGEST_NAME) return fit === '' ? 'file' : fit;
  return `${letters.slice(0, LONGEST_NAME - ending.length).join('')}${ending}`;
}
