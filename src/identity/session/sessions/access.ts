import type {
  FastifyContextConfig,
  FastifyReply,
  FastifyRequest,
  RouteShorthandOptionsWithHandler,
} from 'fastify';
import { type Clock, MINUTE } from '../../../platform/clock/index.ts';
import {
  HttpRefusal,
  note,
  type PageScope,
  pageOf,
  type RequestLimit,
  sessionCookie,
} from '../../../platform/http/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { forgetOnceTaken, isAnothersForm, keepPosted, showKept, signInFirst } from './kept.ts';
import type { Found, Session, Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request's cookie led to. Routes for signed-in people are handed the session itself. */
    foundSession: Found;
    knownSession: Found | undefined;
  }
  interface FastifyContextConfig {
    /** Set on the few pages that a person may see before saying that they have their backup codes. */
    beforeAcknowledgement?: true;
    /**
     * Set where a fresh step-up is needed (ASVS 7.5.1); the address to come back to where it is not the route's own.
     * `second-step`: the page asks for the password itself, so nobody is asked for it before.
     * `once`: any second step within the session will do, since the session itself made what is shown or began with it.
     * `both`: the password itself too, whatever the policy and also after a passkey, which somebody may have stolen: what may
     * be settled leaves by two things (docs/security/two-people.md).
     */
    stepUp?: true | 'second-step' | 'once' | 'both' | { readonly back: string; readonly asks?: 'both' };
    /**
     * Set on what asks for a second step and may be done all the same while somebody else may be in the account: what
     * only makes it safer. Credentials are not changed then.
     */
    whileAlarmed?: true;
    /** Set on the few pages that a person may see while their account is about to be closed. */
    whileClosing?: true;
    /** Set where pages ask by themselves, which is no sign of the person: the session's end is not put off. */
    byItself?: true;
  }
}

type Handler = (session: Session, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const BACKUP_CODES = '/account/backup-codes';
const CLOSING = '/account/closing';
/** The page that says why nothing that opens the account can be changed now. */
export const PROTECTED = '/account/security/protected';

/** Sent with what a page asks for by itself. It only ever shortens a session, so anybody may send it. */
const BY_ITSELF = 'portico-by-itself';

/** Whether a page that is open asks, and nobody need be in front of it. */
export const asksByItself = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers[BY_ITSELF] !== undefined;

/** Looks a session up for every page, so that the page knows its visitor. */
export function recognise(app: PageScope, sessions: Sessions): void {
  /** Why it is not known who sends a form, told once the form is read: or what was typed would be lost. */
  const failures = new WeakMap<FastifyRequest, unknown>();
  const look = async (
    request: FastifyRequest,
    token: string,
    by: 'person' | 'page',
  ): Promise<Found | null> => {
    try {
      return await sessions.find(token, by);
    } catch (error) {
      if (request.method !== 'POST') throw error;
      failures.set(request, error);
      return null;
    }
  };
  app.decorateRequest('knownSession', undefined);
  app.decorateRequest('signInFirst', function (this: FastifyRequest, reply: FastifyReply) {
    return signInFirst(sessions, this, reply);
  });
  app.decorateRequest('isAnothersForm', function (this: FastifyRequest) {
    return isAnothersForm(sessions, this);
  });
  app.decorateRequest('foundSession', {
    getter(this: FastifyRequest): Found {
      return this.knownSession ?? { is: 'none' };
    },
    setter(this: FastifyRequest, found: Found) {
      this.knownSession = found;
    },
  });
  app.addHook('preValidation', async (request) => {
    if (failures.has(request)) throw failures.get(request);
  });
  app.addHook('onRequest', async (request, reply) => {
    const token = sessionCookie.read(request);
    if (token === undefined) return;
    const { byItself = asksByItself(request) } = request.routeOptions.config;
    const found = await look(request, token, byItself ? 'page' : 'person');
    if (found === null) return;
    request.foundSession = found;
    if (found.is !== 'live') return;
    const { session } = found;
    request.formOwner = () => sessions.markOf(session);
    note(request, { account: session.accountId });
    request.visitor = {
      is: 'signed-in',
      name: session.name,
      idleEndsAt: session.idleEndsAt,
      endsAt: session.endsAt,
      unread: session.unread,
    };
    // A link may choose for this browser; only a form of the account's own chooses for the account, and for its mail.
    if (request.chosenLanguage === undefined) request.readIn(session.language, reply);
  });
}

/**
 * Turns away from every route that says `signed-in` whoever is not: they are sent to sign in and come back, and what they
 * posted is kept for when they do.
 */
export function guard(
  app: PageScope,
  { sessions, clock, policy }: { sessions: Sessions; clock: Clock; policy: Policy['stepUp'] },
): void {
  const wasTurnedAway = new WeakSet<FastifyRequest>();
  forgetOnceTaken(app, sessions, wasTurnedAway);
  app.addHook('preHandler', async (request, reply) => {
    const { access, beforeAcknowledgement, stepUp, whileAlarmed, whileClosing } = request.routeOptions.config;
    if (access !== 'signed-in') return;
    const found = request.foundSession;
    if (found.is !== 'live') return signInFirst(sessions, request, reply);
    const { session } = found;
    const turnAway = async (why: string, to: string) => {
      note(request, { why });
      // A script is told so, and goes nowhere.
      if (request.server.scope === 'session') throw new HttpRefusal(403);
      wasTurnedAway.add(request);
      if (request.method === 'POST') await keepPosted(sessions, request, session, null);
      return reply.redirect(to, 303);
    };
    if (session.closesAt !== null) {
      if (whileClosing !== true) return turnAway('closing', CLOSING);
    } else if (codesComeFirst(session) && beforeAcknowledgement !== true) {
      return turnAway('backup-codes', BACKUP_CODES);
    }
    if (stepUp !== undefined && session.alarmed && whileAlarmed !== true) return turnAway('alarm', PROTECTED);
    if (stepUp !== undefined && owesProof(session, clock, policy, stepUp)) {
      const back = typeof stepUp === 'object' ? stepUp.back : pageOf(request);
      return turnAway('step-up', confirmAndReturn(back, askedBy(stepUp, policy)));
    }
    await showKept(sessions, request, session);
  });
}

/** Whether somebody has to prove more than they have before a route. */
function owesProof(
  session: Session,
  clock: Clock,
  policy: Policy['stepUp'],
  stepUp: NonNullable<FastifyContextConfig['stepUp']>,
): boolean {
  switch (missingProof(session, clock, asksBoth(stepUp) ? { ...policy, asks: 'password' } : policy)) {
    case null:
      return false;
    case 'password':
      return stepUp !== 'second-step' && stepUp !== 'once';
    case 'second-step':
      return stepUp !== 'once' || session.provenAt === null;
  }
}

/** What is asked where it is not what the policy asks. */
function askedBy(stepUp: FastifyContextConfig['stepUp'], policy: Policy['stepUp']) {
  if (asksBoth(stepUp)) return 'both';
  return stepUp === 'second-step' && policy.asks === 'both' ? 'second-step' : null;
}

/** A route whose handler is handed the session of the person; `guard` has turned everybody else away. */
export function signedIn(
  handler: Handler,
  more: Pick<
    FastifyContextConfig,
    'beforeAcknowledgement' | 'byItself' | 'files' | 'form' | 'stepUp' | 'whileAlarmed' | 'whileClosing'
  > & {
    rateLimit?: RequestLimit;
  } = {},
): RouteShorthandOptionsWithHandler {
  return {
    config: { access: 'signed-in', ...more },
    handler: async (request, reply) => {
      const found = request.foundSession;
      if (found.is !== 'live') throw new HttpRefusal(401);
      return handler(found.session, request, reply);
    },
  };
}

/**
 * What a person still has to prove before they change what opens the account (ASVS 7.5.1). The second step comes first, so
 * that whoever has only a session cannot try passwords; and a password counts for the second step that it was given after,
 * so that the two are always of one step-up.
 */
export function missingProof(
  { provenAt, provenInFull, withPassword }: Pick<Session, 'provenAt' | 'provenInFull' | 'withPassword'>,
  clock: Clock,
  { minutes, asks }: { readonly minutes: number; readonly asks: Asked },
): 'second-step' | 'password' | null {
  if (provenAt === null || clock.now().getTime() - provenAt.getTime() >= minutes * MINUTE)
    return 'second-step';
  switch (asks) {
    case 'factor':
      return null;
    case 'both':
      return provenInFull ? null : 'password';
    case 'password':
      return withPassword ? null : 'password';
  }
}

/** Whether backup codes stand before all else: only where they would be shown, so that nobody is kept out by them. */
function codesComeFirst({ owesAcknowledgement, provenAt, alarmed }: Session): boolean {
  return owesAcknowledgement && provenAt !== null && !alarmed;
}

const asksBoth = (stepUp: FastifyContextConfig['stepUp']): boolean =>
  stepUp === 'both' || (typeof stepUp === 'object' && stepUp.asks === 'both');

/** @param ask what is asked there, where it is not what the policy asks */
const confirmAndReturn = (path: string, ask: 'both' | 'second-step' | null): string =>
  `/account/confirm?${new URLSearchParams({ return: path, ...(ask === null ? {} : { ask }) })}`;

/** What a person is asked for: a second step, both steps of a sign-in, or a second step and the password itself. */
export type Asked = Policy['stepUp']['asks'] | 'password';
