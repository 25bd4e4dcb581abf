import { connect, type Socket } from 'node:net';

export type Answer = {
  readonly status: number;
  /** Status line and headers, as they came. */
  readonly head: string;
  /** Empty unless it was asked for. */
  readonly body: string;
};

type Waiting = { resolve(answer: Answer): void; reject(error: Error): void; keepBody: boolean };

const END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. It reads no more of an answer than it must, since the
 * load runs on the cores that are measured.
 */
export class Connection {
  readonly #socket: Socket;
  #waiting: Waiting | null = null;
  #head: string | null = null;
  #status = 0;
  #left = 0;
  #pending: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  /** @param request all of it, as it goes over the wire */
  send(request: string, keepBody = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting !== null) throw new Error('one request at a time');
      this.#waiting = { resolve, reject, keepBody };
      this.#socket.write(request, 'latin1');
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    let body = chunk;
    if (this.#head === null) {
      const all = this.#pending.length === 0 ? chunk : Buffer.concat([...this.#pending, chunk]);
      const end = all.indexOf(END);
      if (end === -1) {
        this.#pending = [all];
        return;
      }
      this.#pending = [];
      const head = all.toString('latin1', 0, end);
      this.#head = head;
      this.#status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      // Without a length it comes in chunks, of which the last is empty.
      this.#left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
      body = all.subarray(end + END.length);
    }
    this.#left -= body.length;
    if (this.#waiting?.keepBody === true) this.#pending.push(body);
    if (
      this.#left <= 0 ||
      (this.#left === Number.POSITIVE_INFINITY && body.toString('latin1').endsWith(LAST_CHUNK))
    )
      this.#finish();
  }

  #finish(): void {
    const answer = {
      status: this.#status,
      head: this.#head ?? '',
      body: this.#pending.length === 0 ? '' : Buffer.concat(this.#pending).toString(),
    };
    this.#head = null;
    this.#pending = [];
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }

  #fail(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }
}

/** A GET as it goes over the wire. */
export function get(path: string, cookie = '', address?: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: bench\r\n${from(address)}${cookie === '' ? '' : `cookie: ${cookie}\r\n`}\r\n`;
}

/** A POST of a form, or of JSON, as it goes over the wire. The body is ASCII. */
export function post(
  path: string,
  cookie: string,
  body: string,
  {
    type = 'application/x-www-form-urlencoded',
    address,
  }: { type?: string; address?: string | undefined } = {},
): string {
  return `POST ${path} HTTP/1.1\r\nhost: bench\r\n${from(address)}origin: http://bench\r\ncookie: ${cookie}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** Says for a sender, as a proxy does, where it comes from. */
const from = (address: string | undefined) =>
  address === undefined ? '' : `x-forwarded-for: ${address}\r\n`;

/** `name=value` of a cookie that an answer sets, or null. */
export function cookieSet(head: string, name: string): string | null {
  const from = head.indexOf(` ${name}=`);
  if (from === -1) return null;
  const end = head.slice(from).search(/[;\r]/);
  return head.slice(from + 1, end === -1 ? undefined : from + end);
}

/** Every `name=value` that an answer sets. */
export function cookiesSet(head: string): readonly string[] {
  return [...head.matchAll(/^set-cookie: ([^;\r]+)/gim)].flatMap(([, pair]) => pair ?? []);
}
