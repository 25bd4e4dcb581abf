import type { Logger } from 'pino';
import { z } from 'zod';
import { type Sessions, signedIn } from '../../identity/session/sessions/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { HttpRefusal, openSessionScope, type PageScope } from '../../platform/http/index.ts';
import { makeFanOut, type Place } from '../../platform/sse/index.ts';
import type { Signals } from '../../platform/stream/index.ts';
import { changesFor } from '../../records/cases/index.ts';

export type LiveParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly signals: Signals;
  readonly log: Logger;
  readonly sessions: Sessions;
};

const Seq = z.string().regex(/^\d{1,18}$/);
const Since = z.object({
  after: Seq.optional().catch(undefined),
  drawn: z.iso.datetime().optional().catch(undefined),
});

const TRY_AGAIN_SECONDS = 60;

/**
 * The stream by which open pages hear that something changed which their person may read. It says that and no more: what
 * changed is read on the page itself, which is drawn again.
 */
export function liveRoutes(app: PageScope, { database, clock, signals, log, sessions }: LiveParts): void {
  const fanOut = makeFanOut({
    clock,
    signals,
    log,
    // Whatever ends a session is recorded there with it.
    tables: { news: 'change', leases: 'security_event' },
    news: async ({ owners, after, most }) => {
      const { upTo, changes } = await changesFor(database, { accountIds: owners, after, most });
      return {
        upTo,
        changes: changes.map(({ accountId, seq, receipt }) => ({ owner: accountId, seq, about: receipt })),
      };
    },
    leases: (ids) => sessions.ends(ids),
  });
  app.addHook('preClose', () => fanOut.stop());

  const changes = signedIn(
    async ({ id, accountId }, request, reply) => {
      // A person who goes to the address finds no page there.
      if (reply.sse === undefined) throw new HttpRefusal(404);
      const opened = await fanOut.open(reply, {
        owner: accountId,
        lease: id,
        from: placeOf(reply.sse.lastEventId, request.query),
      });
      if (opened === 'full') throw new HttpRefusal(503, TRY_AGAIN_SECONDS);
    },
    { byItself: true },
  );
  openSessionScope(app, (scope) => {
    scope.get('/changes', { ...changes, sse: { kind: 'dual', heartbeat: false } });
  });
}

/** The browser's own word, which it gives when it connects again, comes before that of the page. */
function placeOf(lastEventId: string | null, query: unknown): Place {
  const { after, drawn } = Since.parse(query);
  const seq = Seq.safeParse(lastEventId).data ?? after;
  if (seq !== undefined) return { is: 'after', seq };
  return drawn === undefined ? { is: 'unknown' } : { is: 'drawn', at: new Date(drawn) };
}
