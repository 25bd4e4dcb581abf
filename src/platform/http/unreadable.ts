import type { Socket } from 'node:net';
import type { ConnectionError, FastifyInstance } from 'fastify';
import { errorPage } from './error-pages.tsx';
import type { PageScope } from './scopes.ts';

/** Where a request goes that cannot be read: for each status a page. */
const PAGES = {
  400: '/unreadable-address',
  408: '/unreadable-address/slow',
  431: '/unreadable-address/long',
};

export const UNREADABLE = PAGES[400];

/** How long an answered connection may go on sending, so that closing it does not take the answer away from it. */
const LINGER_MILLISECONDS = 2_000;

/** Headers of an answer that are about its own connection or visitor. */
const NOT_REPEATED = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'set-cookie',
]);

export function unreadablePages(app: PageScope): void {
  const access = 'anyone' as const;
  app.all(PAGES[400], { config: { access, csrf: false, rateLimit: false } }, (request, reply) =>
    errorPage(request, reply, 400),
  );
  app.get(PAGES[408], { config: { access } }, (request, reply) => errorPage(request, reply, 408));
  app.get(PAGES[431], { config: { access } }, (request, reply) => errorPage(request, reply, 431));
}

/**
 * Answers on the bare connection what Node refuses before there is a request: what is not HTTP, too long, or too slow.
 * With a page like any other, in the agency's first language, since nothing is known of who asks.
 */
export function clientErrorHandler(): (
  this: FastifyInstance,
  error: ConnectionError,
  socket: Socket,
) => void {
  const answered = new WeakSet<Socket>();
  const drawn = new Map<keyof typeof PAGES, Promise<string>>();
  return function (error, socket) {
    // What is sent after the part that could not be read is an error each time.
    if (answered.has(socket)) return;
    answered.add(socket);
    if (isGone(error) || !socket.writable || isBeingAnswered(socket)) {
      socket.destroy();
      return;
    }
    const status = statusOf(error);
    this.log.info({ status }, 'unreadable request');
    const page = drawn.get(status) ?? draw(this, status);
    drawn.set(status, page);
    page.then(
      (text) => {
        socket.end(text);
        setTimeout(() => socket.destroy(), LINGER_MILLISECONDS).unref();
      },
      () => socket.destroy(),
    );
  };
}

/** The whole answer, as the app itself gives it. */
async function draw(app: FastifyInstance, status: keyof typeof PAGES): Promise<string> {
  const { statusMessage, headers, body } = await app.inject(PAGES[status]);
  const lines = Object.entries(headers)
    .filter(([name]) => !NOT_REPEATED.has(name))
    .map(([name, value]) => `${name}: ${value}`);
  return [
    `HTTP/1.1 ${status} ${statusMessage}`,
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Whether nobody is there to be answered, or nothing was agreed on by which to answer unread by others. */
function isGone({ code }: ConnectionError): boolean {
  return code === 'ECONNRESET' || /^ERR_(SSL|TLS)_/.test(code);
}

function statusOf({ code }: ConnectionError): keyof typeof PAGES {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/** Whether an answer to an earlier part has begun, into which no other must be written. */
function isBeingAnswered(socket: Socket): boolean {
  const answer = '_httpMessage' in socket ? socket._httpMessage : null;
  return (
    typeof answer === 'object' && answer !== null && 'headersSent' in answer && answer.headersSent === true
  );
}
