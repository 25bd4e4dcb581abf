import type { FastifyReply, FastifyRequest } from 'fastify';
import { perLink } from '../../../platform/http/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { LostPage, type Told } from './begin-pages.tsx';
import { recoveryCookie } from './cookie.ts';
import type { Stage } from './evidence.ts';
import type { Progress } from './machine.ts';
import type { Recovery } from './recovery.ts';
import { PATHS } from './stages.ts';
import { OthersPage } from './wait-pages.tsx';

/** The stages that say whose way back it is. */
const SOMEBODYS: ReadonlySet<Stage> = new Set(['confirm', 'hold', 'new-password', 'authenticator']);

type StageHandler = (progress: Progress, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Who may be at which page of a way back, and where everybody else is sent. */
export type Gates = ReturnType<typeof recoveryGates>;

export function recoveryGates({
  recovery,
  policy,
}: {
  readonly recovery: Pick<Recovery, 'find'>;
  readonly policy: Policy;
}) {
  const limit = { rateLimit: { max: policy.requests.recovery } };
  const anyone = { config: { access: 'anyone' as const } };
  const anyoneLimited = { config: { access: 'anyone' as const, ...limit } };
  /** For whoever has the link of a message, which the form sends along in a field. */
  const anyoneByLink = (field: string, works: (token: string) => Promise<boolean>) => ({
    config: { access: 'anyone' as const, rateLimit: perLink(policy.requests.recovery, field, works) },
  });

  /** The way back that a browser is on. */
  const progressOf = async (request: FastifyRequest): Promise<Progress | null> => {
    const token = recoveryCookie.read(request);
    return token === undefined ? null : recovery.find(token);
  };
  /**
   * Whether somebody else is signed in than the one whose way back it is. It counts once something is proven: before, who
   * has an account would show.
   */
  const isOthers = ({ foundSession: found }: FastifyRequest, { stage, accountId }: Progress) =>
    found.is === 'live' && SOMEBODYS.has(stage) && found.session.accountId !== accountId;
  const others = (request: FastifyRequest, reply: FastifyReply, { stage }: Progress) =>
    request.method === 'GET'
      ? reply.page(<OthersPage page={request.page(reply)} />)
      : reply.redirect(PATHS[stage], 303);
  /** The way back that whoever is at a browser may go on with. */
  const ownProgressOf = async (request: FastifyRequest): Promise<Progress | null> => {
    const progress = await progressOf(request);
    return progress === null || isOthers(request, progress) ? null : progress;
  };

  /** Sends whoever is at another stage there. */
  const elsewhere = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const progress = await progressOf(request);
    if (progress !== null)
      return isOthers(request, progress)
        ? others(request, reply, progress)
        : reply.redirect(PATHS[progress.stage], 303);
    return request.method === 'POST' ? gone(request, reply) : reply.redirect('/recover', 303);
  };

  /** Makes a page of one stage: whoever is at another is sent there, whoever is at none begins. */
  const atStage = (stage: Stage, handler: StageHandler, more = {}) => ({
    config: { access: 'recovering' as const, ...more },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const progress = await progressOf(request);
      return progress?.stage === stage && !isOthers(request, progress)
        ? handler(progress, request, reply)
        : elsewhere(request, reply);
    },
  });

  /** Where every way back begins, with what was wrong or became of one. */
  const lostPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    errors: readonly FieldError[],
    status = 200,
    told: Told | null = null,
  ) =>
    reply.page(<LostPage page={request.page(reply)} policy={policy} errors={errors} told={told} />, status);

  /** For whoever opened a link of which a part is missing, or that is none of ours. */
  const linkCut = (request: FastifyRequest, reply: FastifyReply) =>
    lostPage(request, reply, [{ field: 'lost', text: request.words.t('form.link-cut') }], 404);

  /** For whom there is nothing to go on with. */
  const gone = (request: FastifyRequest, reply: FastifyReply) => {
    recoveryCookie.clear(reply);
    return lostPage(request, reply, [{ field: 'lost', text: request.words.t('recover.gone') }], 410);
  };

  return {
    progressOf,
    ownProgressOf,
    atStage,
    elsewhere,
    lostPage,
    gone,
    limit,
    anyone,
    anyoneLimited,
    anyoneByLink,
    linkCut,
  };
}
