import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Vault } from '../../../platform/crypto/index.ts';
import { line, networkOf, type PageScope, parseForm, sayFaults } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { ProofOfWork, Question } from '../../../platform/proof-of-work/index.ts';
import { linkIn } from '../../../platform/typed/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { browserOf, keepDevice } from '../../core/devices/index.ts';
import { floodGuard } from '../../core/flood-guard/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Aside } from '../../credentials/factors/index.ts';
import type { SignIn } from '../sign-in/index.ts';
import { signInCookie } from '../sign-in/index.ts';
import { IdentifierPage, LinkPage, SEGMENTS, SecondStepLostPage, SentPage } from './begin-pages.tsx';
import { recoveryCookie } from './cookie.ts';
import { isByLink, type Stage } from './evidence.ts';
import type { Gates } from './gates.tsx';
import type { LinkFate } from './prove.ts';
import type { Recovery } from './recovery.ts';
import { PATHS } from './stages.ts';

/** Once all is proven nobody chooses another way by mistake; before that, somebody who cannot go on does. */
const PROVEN: ReadonlySet<Stage> = new Set(['hold', 'new-password', 'authenticator']);

const LINK_GONE = {
  newer: 'recover.link-newer',
  used: 'recover.link-used',
  old: 'recover.link-old',
  // It went between two looks at it.
  open: 'recover.link-gone',
  unknown: 'recover.link-gone',
} as const satisfies Record<LinkFate, PlainWordKey>;

const Identifier = z.object({ identifier: line({ missing: 'sign-in.identifier-missing', most: 254 }) });
const Told = z.object({
  left: z.literal('yes').nullable().catch(null),
  passed: z.literal('yes').nullable().catch(null),
});

/** The pages on which a way back begins: what is lost, whose account it is, and the link that was sent. */
export function beginRoutes(
  app: PageScope,
  {
    recovery,
    signIn,
    proofOfWork,
    vault,
    policy,
    gates: {
      progressOf,
      ownProgressOf,
      atStage,
      lostPage,
      gone,
      anyone,
      anyoneLimited,
      anyoneByLink,
      linkCut,
    },
    aside,
  }: {
    readonly recovery: Recovery;
    readonly signIn: SignIn;
    readonly proofOfWork: ProofOfWork;
    readonly vault: Pick<Vault, 'blindIndexes'>;
    readonly policy: Policy;
    readonly gates: Gates;
    readonly aside: Aside | undefined;
  },
): void {
  const flood = floodGuard({ purpose: 'recover', proofOfWork, isUnderLoad: recovery.isUnderLoad });
  const fromOf = (request: FastifyRequest) => ({
    language: request.words.language,
    network: networkOf(request.ip),
    browser: browserOf(vault, request),
  });
  /** For whom a link leads nowhere; whoever opened it in this browser before goes on where they were. */
  const linkGone = async (request: FastifyRequest, reply: FastifyReply, fate: LinkFate) => {
    const progress = await ownProgressOf(request);
    if (progress?.lost === 'password' && progress.stage !== 'link')
      return reply.redirect(PATHS[progress.stage], 303);
    return lostPage(request, reply, [{ field: 'lost', text: request.words.t(LINK_GONE[fate]) }], 410);
  };

  app.get('/recover', anyone, async (request, reply) => {
    const progress = await progressOf(request);
    if (progress !== null && PROVEN.has(progress.stage)) return reply.redirect(PATHS[progress.stage], 303);
    const { left, passed } = Told.parse(request.query);
    if (left !== null) return lostPage(request, reply, [], 200, 'left');
    if (passed !== null) return lostPage(request, reply, [], 200, 'passed');
    const token = progress === null ? recoveryCookie.read(request) : undefined;
    const past = token === undefined ? null : await recovery.pastOf(token);
    if (past === 'stopped') recoveryCookie.clear(reply);
    return lostPage(request, reply, [], 200, past);
  });

  for (const lost of ['nothing', 'password', 'both'] as const) {
    app.get(`/recover/${SEGMENTS[lost]}`, anyone, async (request, reply) => {
      const question = await flood.ask(request);
      return reply.page(<IdentifierPage page={request.page(reply)} lost={lost} question={question} />);
    });
    const form = { config: { ...anyoneLimited.config, form: Identifier } };
    app.post(`/recover/${SEGMENTS[lost]}`, form, async (request, reply) => {
      const form = parseForm(Identifier, request);
      const again = (errors: readonly FieldError[], question: Question | null) =>
        reply.page(
          <IdentifierPage
            page={request.page(reply)}
            lost={lost}
            identifier={form.typed['identifier']}
            errors={errors}
            question={question}
          />,
          422,
        );
      if (form.is === 'invalid')
        return again(sayFaults(form.faults, request.words), await flood.ask(request));
      const refusal = await flood.refusal(request);
      if (refusal !== null) return again(refusal.errors, refusal.question);
      recoveryCookie.set(reply, await recovery.begin(lost, form.value.identifier, fromOf(request)));
      return reply.redirect(isByLink(lost) ? PATHS.link : PATHS.code, 303);
    });
  }

  const waitingOf = async (request: FastifyRequest) => {
    const token = signInCookie.read(request);
    return token === undefined ? null : signIn.waiting(token);
  };
  app.get('/recover/second-step', anyone, async (request, reply) => {
    const waiting = await waitingOf(request);
    const waits = waiting !== null;
    return reply.page(
      <SecondStepLostPage
        page={request.page(reply)}
        policy={policy}
        waits={waits}
        question={waits ? await flood.ask(request) : null}
        holds={waits ? await recovery.running(waiting.challenged.accountId) : []}
      />,
    );
  });
  app.post('/recover/second-step', anyoneLimited, async (request, reply) => {
    const waiting = await waitingOf(request);
    if (waiting === null) return gone(request, reply);
    const refusal = await flood.refusal(request);
    if (refusal !== null)
      return reply.page(
        <SecondStepLostPage
          page={request.page(reply)}
          policy={policy}
          waits={true}
          holds={await recovery.running(waiting.challenged.accountId)}
          {...refusal}
        />,
        422,
      );
    const token = await recovery.beginWithPassword(waiting.challenged, fromOf(request));
    if (token === null) return gone(request, reply);
    recoveryCookie.set(reply, token);
    return reply.redirect(PATHS.code, 303);
  });

  app.get(
    PATHS.link,
    atStage('link', async ({ asked }, request, reply) =>
      reply.page(<SentPage page={request.page(reply)} asked={asked} policy={policy} aside={aside} />),
    ),
  );
  for (const [path, lost] of [
    ['/recover/link', 'password'],
    ['/recover/try', 'nothing'],
    ['/recover/pass', 'pass'],
  ] as const)
    app.get(path, anyone, async (request, reply) => {
      const token = linkIn(request.query, 'token');
      if (token === null) return linkCut(request, reply);
      const fate = await recovery.fateOf(token);
      if (fate !== 'open') return linkGone(request, reply, fate);
      return reply.page(<LinkPage page={request.page(reply)} token={token} lost={lost} />);
    });
  app.post(
    '/recover/link',
    anyoneByLink('token', async (token) => (await recovery.fateOf(token)) === 'open'),
    async (request, reply) => {
      const link = linkIn(request.body, 'token');
      if (link === null) return linkCut(request, reply);
      const opened = await recovery.openLink(link, browserOf(vault, request));
      switch (opened.is) {
        case 'next':
          recoveryCookie.set(reply, opened.token);
          return reply.redirect(PATHS.confirm, 303);
        case 'lifted':
          keepDevice(vault, request, reply, opened.deviceToken);
          return reply.redirect(opened.by === 'pass' ? '/recover?passed=yes' : '/sign-in?ended=wait', 303);
        case 'gone':
          return linkGone(request, reply, await recovery.fateOf(link));
      }
    },
  );
}
