import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { forgetFile } from './errors.ts';

/**
 * Sends an error as a problem document (RFC 9457). It has no `type`, which says that the status tells all there is
 * (§4.2.1), and nothing of what failed within.
 */
export function sendProblem(_request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  forgetFile(reply);
  const known = STATUS_CODES[status] === undefined || status < 400 ? 500 : status;
  return reply
    .code(known)
    .type('application/problem+json')
    .send(JSON.stringify({ title: STATUS_CODES[known], status: known }));
}
