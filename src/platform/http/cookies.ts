import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Cookies that only the server reads. `__Host-` binds them to this very host over a secure channel (RFC 6265bis §4.1.3.2). */
const OPTIONS: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' };

type SecretCookie = {
  read(request: FastifyRequest): string | undefined;
  /** Sets it until the browser closes (NIST SP 800-63B-4 §5.1: not persistent), or for as long as it was made to last. */
  set(reply: FastifyReply, value: string): void;
  clear(reply: FastifyReply): void;
};

const TOKEN = /^[\w-]{43}$/;
const BETWEEN = '.';

/** A cookie that holds a bearer token. */
function secretCookie(name: string, lasting: CookieSerializeOptions = {}): SecretCookie {
  const full = `__Host-portico-${name}`;
  return {
    read: (request) => {
      const value = request.cookies[full];
      return value !== undefined && TOKEN.test(value) ? value : undefined;
    },
    set: (reply, value) => void reply.setCookie(full, value, { ...OPTIONS, ...lasting }),
    clear: (reply) => void reply.clearCookie(full, OPTIONS),
  };
}

/** The cookie of a session; tokens of forms are bound to it. */
export const sessionCookie = secretCookie('session');

/** The cookies of a sign-in that waits for its second step, and of an account in the making. */
export const signInCookie = secretCookie('sign-in');
export const signUpCookie = secretCookie('sign-up');

/** The cookie of a way back into an account, which outlives the browser's closing: a hold takes days. */
export const recoveryCookie = secretCookie('recovery', { maxAge: 14 * 24 * 3600 });

const DEVICE = '__Host-portico-device';

/**
 * By which accounts know a browser again: a token for each person who uses it. It opens nothing by itself, and outlives
 * the browser's closing.
 */
export const deviceCookie = {
  /** @param most how many are looked at */
  read: (request: FastifyRequest, most: number): readonly string[] =>
    (request.cookies[DEVICE]?.split(BETWEEN, most) ?? []).filter((token) => TOKEN.test(token)),
  set: (reply: FastifyReply, tokens: readonly string[]): void =>
    void reply.setCookie(DEVICE, tokens.join(BETWEEN), { ...OPTIONS, maxAge: 400 * 24 * 3600 }),
};

export const CSRF_COOKIE = { cookieKey: '__Host-portico-csrf', cookieOpts: OPTIONS };

/** What only this browser has, whoever uses it: a POST with the token of a form has one. */
export const browserSecret = (request: FastifyRequest): string =>
  request.cookies[CSRF_COOKIE.cookieKey] ?? '';

const YEAR = 365 * 24 * 3600;

/** No secret, so it may go over http where there is no https; over https it is bound to the host like the others. */
const languageCookieNamed = (name: string, maxAge?: number) => ({
  read: ({ cookies = {} }: Partial<Pick<FastifyRequest, 'cookies'>>): string | undefined =>
    cookies[`__Host-${name}`] ?? cookies[name],
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
