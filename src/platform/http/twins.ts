import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { after, type Clock, MINUTE } from '../clock/index.ts';
import type { DataKey, Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import { browserSecret } from './cookies.ts';
import { HttpRefusal } from './errors.ts';
import { removeOldRequestCounts } from './rate-limit.ts';
import { note } from './request-log.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A form that is handled now, and whose twins wait for its answer. */
    handled: Handled | null;
  }
}

type Handled = {
  readonly id: Buffer;
  readonly key: DataKey;
  /** Lets it be handled anew, where it was turned away before anybody looked at it. */
  release(): Promise<void>;
};

const SECOND = MINUTE / 60;
/** How long a form may be handled until its twin is handled in its place. */
const HANDLING = 20 * SECOND;
/** How long the twin of a form that was taken leads where that led, and that of a refused one shows the same. */
const TAKEN = 3 * MINUTE;
const REFUSED = 10 * SECOND;
const LOOKS = [20, 40, 80, 160, 320, ...Array<number>(20).fill(500)];

const Answer = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string().or(z.array(z.string()))),
  body: z.string(),
});
type Answer = z.infer<typeof Answer>;

/** Headers of an answer that its twin has too; the others are set anew. */
const REPEATED = ['location', 'content-type', 'set-cookie', 'clear-site-data', 'retry-after'];

/**
 * Has each form of a page be handled once, however often it is sent: pressed twice, or again after Back. A twin has the same
 * token, of which each page has another, the same answers and the same address, and comes from the same browser. It is
 * answered as the first was, with its cookies, since a browser that sends a form again lets the first answer go. A form that
 * was not looked at, as by a limit or a failure, is none.
 * @param hasToken whether a form has a token that is good now; the twin of a sign-in has one that was
 */
export function answerTwins(
  scope: FastifyInstance,
  {
    database,
    vault,
    clock,
  }: { database: Database; vault: Pick<Vault, 'blindIndex' | 'keyOf'>; clock: Clock },
  hasToken: (request: FastifyRequest) => boolean,
): void {
  scope.decorateRequest('handled', null);
  scope.addHook('preValidation', async (request, reply) => {
    const sent = asSent(request);
    if (sent === null || !(request.isFromHere || hasToken(request))) return;
    const form = { id: vault.blindIndex('answered-form', sent), key: vault.keyOf('answered-form', sent) };
    const release = async () => {
      request.handled = null;
      await database.deleteFrom('answered_form').where('id', '=', form.id).execute();
    };
    const isTaken = async () => {
      if (!hasToken(request) || !(await begin(database, clock, form.id))) return false;
      request.handled = { ...form, release };
      return true;
    };
    if (await isTaken()) return;
    for (const look of LOOKS) {
      const row = await find(database, clock, form.id);
      if (row === null && (!hasToken(request) || (await isTaken()))) return;
      if (row !== null && row.answer !== null) {
        note(request, { why: 'twin' });
        return repeat(reply, Answer.parse(JSON.parse(form.key.unseal(row.answer, placeOf(form.id)))));
      }
      await sleep(look);
      // Nobody waits for the answer any more.
      if (reply.raw.destroyed) return reply.hijack();
    }
    throw new HttpRefusal(503);
  });
  scope.addHook('onSend', async (request, reply, payload) => {
    const form = request.handled;
    if (form === null) return payload;
    request.handled = null;
    const answer = repeatable(reply, payload);
    if (answer === null) await form.release();
    else
      await database
        .updateTable('answered_form')
        .set({
          answer: form.key.seal(JSON.stringify(answer), placeOf(form.id)),
          ends_at: after(clock, answer.status === 303 ? TAKEN : REFUSED),
        })
        .where('id', '=', form.id)
        .execute();
    return payload;
  });
}

const placeOf = (id: Buffer) =>
  ({ table: 'answered_form', column: 'answer', row: id.toString('base64url') }) as const;

/**
 * All that makes two forms the same one; null for what is no form of a page, what any page may send at any time, and answers
 * that cannot be right, which count no try and may be sent without end.
 */
function asSent(request: FastifyRequest): string | null {
  const { body, method, server, url } = request;
  const { csrf, form } = request.routeOptions.config;
  if (method !== 'POST' || server.scope !== 'pages' || csrf !== undefined) return null;
  if (typeof body !== 'object' || body === null || !('_csrf' in body)) return null;
  if (form !== undefined && !form.safeParse(body).success) return null;
  return JSON.stringify([browserSecret(request), url, body]);
}

/** Takes a form to be handled. @returns false where it is being handled, or was */
async function begin(database: Database, clock: Clock, id: Buffer): Promise<boolean> {
  const now = clock.now();
  const endsAt = after(clock, HANDLING);
  const { rows } = await sql`
    insert into answered_form as f (id, ends_at) values (${id}, ${endsAt})
    on conflict (id) do update set answer = null, ends_at = ${endsAt} where f.ends_at <= ${now}
    returning id`.execute(database);
  return rows.length === 1;
}

async function find(database: Database, clock: Clock, id: Buffer) {
  const row = await database
    .selectFrom('answered_form')
    .select('answer')
    .where('id', '=', id)
    .where('ends_at', '>', clock.now())
    .executeTakeFirst();
  return row ?? null;
}

/** What a twin is answered with; null where the form was not looked at, or the answer is no page. */
function repeatable(reply: FastifyReply, payload: unknown): Answer | null {
  const { statusCode: status } = reply;
  const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
  const wasLookedAt = status === 303 || (isPage && (status === 200 || status === 422));
  if (!wasLookedAt || !(typeof payload === 'string' || payload === undefined || payload === null))
    return null;
  const headers = REPEATED.flatMap((name): [string, string | string[]][] => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.map(String) : String(value)]];
  });
  return { status, headers: Object.fromEntries(headers), body: payload ?? '' };
}

function repeat(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** Forgets what is known of requests, once its time has passed. */
export async function removeOldRequests(database: Database, clock: Clock): Promise<void> {
  await removeOldRequestCounts(database, clock);
  await database.deleteFrom('answered_form').where('ends_at', '<', clock.now()).execute();
}
