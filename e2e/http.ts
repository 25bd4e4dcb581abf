import { request } from 'node:http';
import type { Portico } from './portico.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
};

/** A client that sends what no browser would, byte for byte, and keeps its cookies like one. */
export class Client {
  readonly #portico: Portico;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #cookies: Map<string, string>;

  /** @param headers go with every request */
  constructor(
    portico: Portico,
    {
      headers = {},
      cookies = {},
    }: { headers?: Record<string, string>; cookies?: Record<string, string> } = {},
  ) {
    this.#portico = portico;
    this.#headers = headers;
    this.#cookies = new Map(Object.entries(cookies));
  }

  get cookies(): readonly { readonly name: string; readonly value: string }[] {
    return [...this.#cookies].map(([name, value]) => ({ name, value }));
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  /** Posts a form as a page would, with the token that the page carries. */
  async post(page: string, fields: string, action = page): Promise<Answer> {
    return this.send('POST', action, `_csrf=${await this.token(page)}&${fields}`);
  }

  /** The token in the forms of a page. */
  async token(page: string): Promise<string> {
    const { body } = await this.get(page);
    const token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1];
    if (token === undefined) throw new Error(`no form on ${page}`);
    return encodeURIComponent(token);
  }

  send(
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const { hostname, port } = new URL(this.#portico.url);
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          method,
          path,
          headers: { cookie: this.#cookieHeader(), ...this.#headers, ...form, ...headers },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString(),
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (attributes.some((each) => /^max-age=0|^expires=thu, 01 jan 1970/i.test(each)))
      this.#cookies.delete(name);
    else this.#cookies.set(name, pair.slice(at + 1));
  }
}
