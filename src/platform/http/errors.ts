import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unavailability } from '../database/index.ts';
import { framesOf } from '../log/index.ts';
import { note } from './request-log.ts';

/** The statuses that a refusal of ours may have. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 408 | 410 | 413 | 429 | 431 | 500 | 503;

/** A refusal, which the scope of its route answers: as a page, or as a problem document. */
export class HttpRefusal extends Error {
  readonly statusCode: ErrorStatus;
  readonly retryAfterSeconds: number | undefined;
  constructor(statusCode: ErrorStatus, retryAfterSeconds?: number) {
    super(`refused with ${statusCode}`);
    this.statusCode = statusCode;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What a route may have said of a file before it failed. */
const OF_A_FILE = ['content-disposition', 'content-length', 'content-range', 'accept-ranges', 'etag'];

/** Takes back what was said of a file that is not sent after all. */
export function forgetFile(reply: FastifyReply): void {
  for (const name of OF_A_FILE) reply.removeHeader(name);
}

/** How soon to try again what the database could not do; seconds. */
const DATABASE_AGAIN = 5;

/**
 * Answers every error of a scope, of ours or of the framework. What the database cannot do at the moment becomes 503; what is
 * not known becomes 500, and the log gets its stack frames and no message.
 * @param statusOf another status than the error's own
 */
export function answerErrors(
  scope: FastifyInstance,
  answer: (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    error: unknown,
  ) => FastifyReply | Promise<FastifyReply>,
  statusOf: (error: FastifyError, request: FastifyRequest) => number | null = () => null,
): void {
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    const unavailable = error.statusCode === undefined ? unavailability(error) : null;
    const status = statusOf(error, request) ?? (unavailable === null ? errorStatus(error.statusCode) : 503);
    if (status >= 500 && status !== 503)
      request.log.error(
        { reqId: request.id, err: { type: error.name, errorCode: error.code, stack: framesOf(error) } },
        'request failed',
      );
    const wait =
      'retryAfterSeconds' in error && typeof error.retryAfterSeconds === 'number'
        ? error.retryAfterSeconds
        : unavailable === null
          ? undefined
          : DATABASE_AGAIN;
    note(request, { why: unavailable ?? error.code ?? (status === 429 ? 'limit' : error.name) });
    if (wait !== undefined) reply.header('retry-after', wait);
    return answer(request, reply, status, error);
  });
}

const errorStatus = (status = 500): number => (status >= 400 && status < 600 ? status : 500);
