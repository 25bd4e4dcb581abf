import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newToken } from '../crypto/index.ts';

/** Cookies that only the server reads. `__Host-` binds them to this very host over a secure channel (RFC 6265bis §4.1.3.2). */
const OPTIONS: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' };

/** The cookies of a request, also for a gate, which stands before the hook that reads them. */
const cookiesOf = (request: FastifyRequest): FastifyRequest['cookies'] =>
  request.cookies ?? request.server.parseCookie(request.headers.cookie ?? '');

export type SecretCookie = {
  read(request: FastifyRequest): string | undefined;
  /** Sets it until the browser closes (NIST SP 800-63B-4 §5.1: not persistent), or for as long as it was made to last. */
  set(reply: FastifyReply, value: string): void;
  clear(reply: FastifyReply): void;
};

const TOKEN = /^[\w-]{43}$/;
const BETWEEN = '.';
const fullName = (name: string) => `__Host-portico-${name}`;

/** Every cookie that was made by `secretCookie`, by name. */
const SECRET_COOKIES = new Map<string, SecretCookie>();

/**
 * A cookie that holds a bearer token: of a session, or of a stage on the way to one. A sign-out clears it too, whichever room
 * made it.
 * @param maxAge how many seconds it outlives the browser's closing, where it does
 * @throws where two have one name
 */
export function secretCookie(name: string, { maxAge }: { readonly maxAge?: number } = {}): SecretCookie {
  const full = fullName(name);
  if (SECRET_COOKIES.has(name)) throw new Error(`two cookies ${name}`);
  const cookie: SecretCookie = {
    read: (request) => {
      const value = cookiesOf(request)[full];
      return value !== undefined && TOKEN.test(value) ? value : undefined;
    },
    set: (reply, value) =>
      void reply.setCookie(full, value, { ...OPTIONS, ...(maxAge === undefined ? {} : { maxAge }) }),
    clear: (reply) => void reply.clearCookie(full, OPTIONS),
  };
  SECRET_COOKIES.set(name, cookie);
  return cookie;
}

/** Clears every cookie that lets somebody in, or is on the way to it: who comes to the browser next may be somebody else. */
export function clearSecretCookies(reply: FastifyReply): void {
  for (const cookie of SECRET_COOKIES.values()) cookie.clear(reply);
  visitCookie.renew(reply);
}

const VISIT = fullName('visit');
const A_VISIT = /^[\w-]{1,43}$/;

/**
 * Tells whoever uses a browser from whoever used it before a session ended there, so that pages of strangers do not fill in for
 * one what another typed. It opens nothing, and says nothing but that.
 */
export const visitCookie = {
  read: (request: FastifyRequest): string => {
    const value = cookiesOf(request)[VISIT] ?? '';
    return A_VISIT.test(value) ? value : '';
  },
  renew: (reply: FastifyReply): void => void reply.setCookie(VISIT, newToken(), OPTIONS),
};

/**
 * A cookie that holds several tokens, which open nothing by themselves; it outlives the browser's closing and a sign-out.
 * @param maxAge for how many seconds
 */
export function tokenListCookie(name: string, maxAge: number) {
  const full = fullName(name);
  return {
    /** @param most how many are looked at */
    read: (request: FastifyRequest, most: number): readonly string[] =>
      (cookiesOf(request)[full]?.split(BETWEEN, most) ?? []).filter((token) => TOKEN.test(token)),
    set: (reply: FastifyReply, tokens: readonly string[]): void =>
      void reply.setCookie(full, tokens.join(BETWEEN), { ...OPTIONS, maxAge }),
  };
}

/** The cookie of a session; tokens of forms are bound to it. */
export const sessionCookie = secretCookie('session');

export const CSRF_COOKIE = { cookieKey: fullName('csrf'), cookieOpts: OPTIONS };

/**
 * What only this browser has, whoever uses it: a POST with the token of a form has one.
 * @param reply gives a browser one that has none
 */
export function browserSecret(request: FastifyRequest, reply?: FastifyReply): string {
  const secret = cookiesOf(request)[CSRF_COOKIE.cookieKey];
  if (secret !== undefined || reply === undefined) return secret ?? '';
  const made = newToken();
  reply.setCookie(CSRF_COOKIE.cookieKey, made, OPTIONS);
  return made;
}

const YEAR = 365 * 24 * 3600;

/** No secret, so it may go over http where there is no https; over https it is bound to the host like the others. */
const languageCookieNamed = (name: string, maxAge?: number) => ({
  read: (request: FastifyRequest): string | undefined =>
    cookiesOf(request)[`__Host-${name}`] ?? cookiesOf(request)[name],
  set: (reply: FastifyReply, language: string, secure: boolean): void =>
    void reply.setCookie(secure ? `__Host-${name}` : name, language, {
      path: '/',
      httpOnly: true,
      secure,
      sameSite: 'lax',
      ...(maxAge === undefined ? {} : { maxAge }),
    }),
});

/** The language that this browser asked for. */
export const languageCookie = languageCookieNamed('portico-language', YEAR);
/** The one that its pages were in, until it is closed: those after a session go on in the language of the session. */
export const lastLanguageCookie = languageCookieNamed('portico-last-language');
