import { z } from 'zod';
import type { SoftPasskey } from '../../src/testing/authenticator.ts';
import { type Answer, Connection, cookieSet, get, post } from './http.ts';
import { authenticator } from './passkey.ts';
import { appKey, codeOf } from './totp.ts';

/** The password that all bench accounts share. */
export const PASSWORD = 'walnut-harbour-quilt-ember';

export const emailOf = (n: number): string => `person-${n}@bench.example`;

const CSRF = '__Host-portico-csrf';
const SIGN_IN = '__Host-portico-sign-in';
const SESSION = '__Host-portico-session';
const KNOWN = '__Host-portico-device';

type Entered = { readonly is: 'signed-in'; readonly session: string };
type Refused = { readonly is: 'refused'; readonly status: number };
export type Outcome = Entered | { readonly is: 'needs-factor'; readonly cookie: string } | Refused;

const Asked = z.object({ challenge: z.string(), rpId: z.string() });

/** A browser at the front door: one connection, and the form's token fetched once. */
export class Visitor {
  readonly #connection: Connection;
  #cookie: string;
  readonly #token: string;
  readonly #address: string | undefined;

  private constructor(connection: Connection, cookie: string, token: string, address: string | undefined) {
    this.#connection = connection;
    this.#cookie = cookie;
    this.#token = token;
    this.#address = address;
  }

  /**
   * @param device the token of the device; null for one that no account knows, until somebody signs in
   * @param address where the server is told that the visitor comes from
   */
  static async come(
    port: number,
    { device, address }: { readonly device: string | null; readonly address?: string },
  ): Promise<Visitor> {
    const connection = await Connection.open(port);
    const { head, body, status } = await connection.send(get('/sign-in', '', address), true);
    const token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1];
    const cookie = cookieSet(head, CSRF);
    if (token === undefined || cookie === null) throw new Error(`no form at /sign-in: ${status}`);
    const cookies = device === null ? cookie : `${cookie}; ${KNOWN}=${device}`;
    return new Visitor(connection, cookies, encodeURIComponent(token), address);
  }

  /** What a program has to send to be taken for this browser. */
  get secrets(): { readonly cookie: string; readonly token: string } {
    return { cookie: this.#cookie, token: this.#token };
  }

  get(path: string): Promise<Answer> {
    return this.#connection.send(get(path, this.#cookie, this.#address));
  }

  /** Sends a form, its token with it. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    { cookie = '', keepBody = false }: { cookie?: string; keepBody?: boolean } = {},
  ): Promise<Answer> {
    const cookies = cookie === '' ? this.#cookie : `${this.#cookie}; ${cookie}`;
    const body = `_csrf=${this.#token}&${new URLSearchParams(fields)}`;
    return this.#connection.send(post(path, cookies, body, { address: this.#address }), keepBody);
  }

  /** The first step: the password of the nth account. */
  async password(n: number): Promise<Outcome> {
    const form = { return: '/home', identifier: emailOf(n), password: PASSWORD };
    const answer = await this.post('/sign-in', form);
    const outcome = entered(answer);
    const cookie = answer.status === 303 ? cookieSet(answer.head, SIGN_IN) : null;
    return outcome.is === 'refused' && cookie !== null ? { is: 'needs-factor', cookie } : outcome;
  }

  /**
   * Both steps.
   * @param remember whether the device is to be remembered
   * @param ahead how far the clock of the app is ahead, in milliseconds
   */
  async signIn(n: number, { remember = false, ahead = 0 } = {}): Promise<Outcome> {
    const first = await this.password(n);
    if (first.is !== 'needs-factor') return first;
    const form = { code: codeOf(appKey(n), Date.now() + ahead), ...(remember ? { remember: 'yes' } : {}) };
    const answer = await this.post('/sign-in/code', form, { cookie: first.cookie });
    const device = this.#cookie.includes(KNOWN) ? null : cookieSet(answer.head, KNOWN);
    if (device !== null) this.#cookie += `; ${device}`;
    return entered(answer);
  }

  /** Both steps at once. */
  async passkey(passkey: SoftPasskey): Promise<Entered | Refused> {
    const asked = await this.post('/sign-in/with-passkey/options', {}, { keepBody: true });
    if (asked.status !== 200) return { is: 'refused', status: asked.status };
    const answer = authenticator.get(Asked.parse(JSON.parse(asked.body)), passkey);
    return entered(await this.post('/sign-in/with-passkey', { return: '/home', passkey: answer }));
  }

  leave(): void {
    this.#connection.close();
  }
}

function entered({ status, head }: Answer): Entered | Refused {
  const session = status === 303 ? cookieSet(head, SESSION) : null;
  return session === null ? { is: 'refused', status } : { is: 'signed-in', session };
}
