import { z } from 'zod';
import type { SoftPasskey } from '../../src/testing/authenticator.ts';
import { Connection, cookieSet, get, post } from './http.ts';
import { authenticator } from './passkey.ts';
import { appKey, codeOf } from './totp.ts';

/** The password that all bench accounts share. */
export const PASSWORD = 'walnut-harbour-quilt-ember';

export const emailOf = (n: number): string => `person-${n}@bench.example`;

/** The device of every visitor: each account knows it, as it knows that of somebody who comes back. */
export const DEVICE = 'bench-device-'.padEnd(43, 'x');

const CSRF = '__Host-portico-csrf';
const SIGN_IN = '__Host-portico-sign-in';
const SESSION = '__Host-portico-session';

type Entered = { readonly is: 'signed-in'; readonly session: string };
type Refused = { readonly is: 'refused'; readonly status: number };
export type Outcome = Entered | { readonly is: 'needs-factor'; readonly cookie: string } | Refused;

const Asked = z.object({ challenge: z.string(), rpId: z.string() });

/** A browser at the front door: one connection, and the form's token fetched once. */
export class Visitor {
  readonly #connection: Connection;
  readonly #cookie: string;
  readonly #token: string;

  private constructor(connection: Connection, cookie: string, token: string) {
    this.#connection = connection;
    this.#cookie = cookie;
    this.#token = token;
  }

  static async come(port: number): Promise<Visitor> {
    const connection = await Connection.open(port);
    const { head, body, status } = await connection.send(get('/sign-in'), true);
    const token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1];
    const cookie = cookieSet(head, CSRF);
    if (token === undefined || cookie === null) throw new Error(`no form at /sign-in: ${status}`);
    const cookies = `${cookie}; __Host-portico-device=${DEVICE}`;
    return new Visitor(connection, cookies, encodeURIComponent(token));
  }

  /** The first step: the password of the nth account. */
  async password(n: number): Promise<Outcome> {
    const body = `_csrf=${this.#token}&return=%2Fhome&identifier=${encodeURIComponent(emailOf(n))}&password=${PASSWORD}`;
    const { status, head } = await this.#connection.send(post('/sign-in', this.#cookie, body));
    const cookie = status === 303 ? cookieSet(head, SIGN_IN) : null;
    return cookie === null ? { is: 'refused', status } : { is: 'needs-factor', cookie };
  }

  /** Both steps. */
  async signIn(n: number): Promise<Outcome> {
    const first = await this.password(n);
    if (first.is !== 'needs-factor') return first;
    const body = `_csrf=${this.#token}&code=${codeOf(appKey(n), Date.now())}`;
    const cookies = `${this.#cookie}; ${first.cookie}`;
    const { status, head } = await this.#connection.send(post('/sign-in/code', cookies, body));
    const session = status === 303 ? cookieSet(head, SESSION) : null;
    return session === null ? { is: 'refused', status } : { is: 'signed-in', session };
  }

  /** Both steps at once. */
  async passkey(passkey: SoftPasskey): Promise<Entered | Refused> {
    const asked = await this.#connection.send(
      post('/sign-in/with-passkey/options', this.#cookie, `_csrf=${this.#token}`),
      true,
    );
    if (asked.status !== 200) return { is: 'refused', status: asked.status };
    const answer = authenticator.get(Asked.parse(JSON.parse(asked.body)), passkey);
    const body = `_csrf=${this.#token}&return=%2Fhome&passkey=${encodeURIComponent(answer)}`;
    const { status, head } = await this.#connection.send(post('/sign-in/with-passkey', this.#cookie, body));
    const session = status === 303 ? cookieSet(head, SESSION) : null;
    return session === null ? { is: 'refused', status } : { is: 'signed-in', session };
  }

  leave(): void {
    this.#connection.close();
  }
}
