import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ClamdAddress } from '../config/index.ts';

/** What a scanner found in a file. */
export type Scanned = { readonly is: 'clean' } | { readonly is: 'infected' };

/** The scanner that is configured did not answer as it should, so that nobody knows whether a file is clean. */
export class ScannerUnavailable extends Error {
  readonly code = 'SCANNER_UNAVAILABLE';
}

/** Looks for harm in a file. @throws ScannerUnavailable */
export type Scanner = (file: Uint8Array) => Promise<Scanned>;

const TIMEOUT = 30_000;
/** clamd takes a file in pieces, each with its length before it. */
const PIECE = 64 * 1024;
const LONGEST_ANSWER = 4_096;

/**
 * Asks ClamAV's daemon by its command INSTREAM (clamd(8)), on a connection for each file.
 * @param timeout after how many milliseconds without a word it is given up
 */
export function clamdScanner(address: ClamdAddress, timeout = TIMEOUT): Scanner {
  return async (file) => {
    const socket = connect(
      address.is === 'tcp' ? { host: address.host, port: address.port } : { path: address.path },
    );
    socket.setTimeout(timeout, () => socket.destroy(new Error('no answer in time')));
    try {
      // It may answer before it has read all, as of a file that is too large for it.
      sendFile(socket, file).catch((error: unknown) => socket.destroy(asError(error)));
      return readAnswer(await answerOf(socket));
    } catch (error) {
      throw error instanceof ScannerUnavailable ? error : new ScannerUnavailable('clamd', { cause: error });
    } finally {
      socket.destroy();
    }
  };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function sendFile(socket: Socket, file: Uint8Array): Promise<void> {
  const write = async (bytes: Uint8Array) => {
    if (!socket.write(bytes)) await once(socket, 'drain');
  };
  await write(Buffer.from('zINSTREAM\0'));
  for (let at = 0; at < file.length; at += PIECE) {
    const piece = file.subarray(at, at + PIECE);
    await write(lengthOf(piece.length));
    await write(piece);
  }
  await write(lengthOf(0));
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

async function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  for await (const part of socket) {
    answer += String(part);
    if (answer.includes('\0') || answer.length > LONGEST_ANSWER) break;
  }
  return answer;
}

/** Only what says so in so many words is clean. */
function readAnswer(answer: string): Scanned {
  if (answer === 'stream: OK\0') return { is: 'clean' };
  if (/^stream: .+ FOUND\0$/s.test(answer)) return { is: 'infected' };
  throw new ScannerUnavailable('clamd did not say whether the file is clean');
}
