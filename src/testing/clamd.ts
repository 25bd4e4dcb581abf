import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll } from 'vitest';

/** By which a file says that it is harmful, as that of the EICAR does to scanners. */
export const HARMFUL = 'HARMFUL FILE FOR TESTS';

type Behaviour = 'scans' | 'says-nothing' | 'hangs-up' | 'too-large' | 'speaks-nonsense';

export type FakeClamd = {
  readonly port: number;
  /** How it answers from now on. */
  behave(how: Behaviour): void;
  /** Files that it was sent whole. */
  readonly files: readonly Buffer[];
};

/**
 * A program that speaks the command INSTREAM as ClamAV's daemon does (clamd(8)), and ends with the tests of the file.
 * @param path of a socket to listen at; a port where left out
 */
export async function fakeClamd(path?: string): Promise<FakeClamd> {
  let how: Behaviour = 'scans';
  const files: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let got = Buffer.alloc(0);
    socket.on('data', (part) => {
      got = Buffer.concat([got, part]);
      if (how === 'hangs-up') return socket.destroy();
      if (how === 'says-nothing') return;
      if (how === 'speaks-nonsense') return socket.end('stream: maybe\0');
      if (how === 'too-large') return socket.end('INSTREAM size limit exceeded. ERROR\0');
      const file = streamed(got);
      if (file === null) return;
      files.push(file);
      return socket.end(file.includes(HARMFUL) ? 'stream: Test.Harmful-1 FOUND\0' : 'stream: OK\0');
    });
  });
  server.listen(path ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    behave: (as) => {
      how = as;
    },
    files,
  };
}

const COMMAND = Buffer.from('zINSTREAM\0');

/** The file of a command that has come whole; null before. */
function streamed(got: Buffer): Buffer | null {
  if (!got.subarray(0, COMMAND.length).equals(COMMAND)) return null;
  const pieces: Buffer[] = [];
  for (let at = COMMAND.length; at + 4 <= got.length; ) {
    const length = got.readUInt32BE(at);
    if (length === 0) return Buffer.concat(pieces);
    if (at + 4 + length > got.length) return null;
    pieces.push(got.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}
