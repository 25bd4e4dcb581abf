import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE } from '../clock/index.ts';
import type { PlainWordKey, Words } from '../i18n/index.ts';
import { ErrorPage, type Page, type RefillReason, renderPage } from '../ui/index.ts';
import { answerErrors, type ErrorStatus, forgetFile } from './errors.ts';
import { CROWDED } from './gate.ts';
import { redraw } from './refill.ts';

const TEXTS = {
  400: { title: 'errors.400-title', text: 'errors.400-text' },
  401: { title: 'errors.401-title', text: 'errors.401-text' },
  403: { title: 'errors.403-title', text: 'errors.403-text' },
  404: { title: 'errors.404-title', text: 'errors.404-text' },
  408: { title: 'errors.408-title', text: 'errors.408-text' },
  410: { title: 'errors.410-title', text: 'errors.410-text' },
  413: { title: 'errors.413-title', text: 'errors.413-text' },
  429: { title: 'errors.429-title', text: 'errors.429-text' },
  431: { title: 'errors.431-title', text: 'errors.431-text' },
  500: { title: 'errors.500-title', text: 'errors.500-text' },
  503: { title: 'errors.503-title', text: 'errors.503-text' },
} as const satisfies Record<ErrorStatus, { title: PlainWordKey; text: PlainWordKey }>;

const isKnown = (status: number): status is ErrorStatus => status in TEXTS;

/**
 * Answers every error of a scope with a page in the person's language.
 * @param pageOf a page that holds nothing of anybody, for whom a gate refuses
 */
export function answerWithPages(scope: FastifyInstance, pageOf: (words: Words, path: string) => Page): void {
  const refuse = refuser(pageOf);
  answerErrors(
    scope,
    async (request, reply, status, error) => {
      if (error === CROWDED) return refuse(request, reply);
      const isForm = request.method === 'POST' && request.isFromHere;
      if (isForm && (await sendBack(request, reply, status))) return reply;
      return errorPage(request, reply, pageStatus(status));
    },
    (error, request) => (wasSignedOut(error, request) ? 401 : null),
  );
}

/**
 * Answers a refused form of this site with its own page, filled in, so that nothing typed is lost; whoever is signed out by now
 * signs in first.
 * @returns whether that could be done
 */
async function sendBack(request: FastifyRequest, reply: FastifyReply, status: number): Promise<boolean> {
  if (status === 401) {
    if (request.signInFirst === undefined) return false;
    await request.signInFirst(reply);
    return true;
  }
  const why = whyRefused(status, reply);
  return why !== null && redraw(request, reply, { why, status });
}

function whyRefused(status: number, reply: FastifyReply): RefillReason | null {
  switch (status) {
    case 403:
      return { is: 'stale' };
    case 429:
      return { is: 'limit', seconds: Number(reply.getHeader('retry-after') ?? MINUTE / 1000) };
    case 500:
    case 503:
      return { is: 'failed' };
    default:
      return null;
  }
}

export function errorPage(request: FastifyRequest, reply: FastifyReply, status: ErrorStatus): FastifyReply {
  forgetFile(reply);
  return reply.page(view(request.page(reply), status, status === 403 ? pageBefore(request) : null), status);
}

/** The page whose form was refused, where the form is sent to its own address. */
function pageBefore({ server, routeOptions: { url }, originalUrl }: FastifyRequest): string | null {
  return url !== undefined && server.hasRoute({ method: 'GET', url }) ? originalUrl : null;
}

/** @param open the page to open again; null where there is none */
function view(page: Page, status: ErrorStatus, open: string | null) {
  const { t } = page.words;
  const { title, text } = TEXTS[status];
  if (status !== 403) return <ErrorPage page={page} status={status} title={t(title)} text={t(text)} />;
  return (
    <ErrorPage
      page={page}
      status={status}
      title={t(title)}
      text={t(text)}
      advice={[t('errors.403-cookies'), t('errors.403-again')]}
      next={open === null ? undefined : { href: open, text: t('errors.403-open') }}
    >
      <p>
        <a href="/help#cookies">{t('errors.403-help')}</a>
      </p>
    </ErrorPage>
  );
}

/** Refuses with a page that is drawn once for each language and route, so that a flood costs as little as can be. */
function refuser(
  pageOf: (words: Words, path: string) => Page,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const drawn = new Map<string, Buffer>();
  return ({ words, routeOptions: { url = '/' } }, reply) => {
    const key = `${words.language} ${url}`;
    const page = drawn.get(key) ?? Buffer.from(renderPage(view(pageOf(words, url), 503, null)));
    drawn.set(key, page);
    return reply.code(503).type('text/html; charset=utf-8').send(page);
  };
}

/** Whether a form was sent after its session had ended: its token is wrong for that reason only. */
const wasSignedOut = ({ code = '' }: FastifyError, request: FastifyRequest): boolean =>
  code.startsWith('FST_CSRF_') &&
  request.routeOptions.config.access === 'signed-in' &&
  request.visitor.is === 'stranger';

function pageStatus(status: number): ErrorStatus {
  if (isKnown(status)) return status;
  return status < 500 ? 400 : 500;
}
