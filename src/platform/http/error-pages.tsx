import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE } from '../clock/index.ts';
import { unavailability } from '../database/index.ts';
import type { PlainWordKey, Words } from '../i18n/index.ts';
import { Button, ErrorPage, Form, type Page, type RefillReason, renderPage } from '../ui/index.ts';
import { sessionCookie } from './cookies.ts';
import { answerErrors, type ErrorStatus, forgetFile } from './errors.ts';
import { CROWDED } from './gate.ts';
import { redraw, type SentForm, sentForm } from './refill.ts';

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
      if (isForm && (await sendBack(request, reply, status, error))) return reply;
      return errorPage(
        request,
        reply,
        pageStatus(status),
        isForm && status >= 500 ? sentForm(request) : null,
      );
    },
    (error, request) => (wasSignedOut(error, request) ? 401 : null),
  );
}

/**
 * Answers a refused form of this site with its own page, filled in, so that nothing typed is lost; whoever is signed out by now
 * signs in first.
 * @returns whether that could be done
 */
async function sendBack(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  error: unknown,
): Promise<boolean> {
  // Its own page would wait for the same database, for as long again.
  if (unavailability(error) !== null && asksDatabase(request)) return false;
  try {
    if (status === 401) {
      if (request.signInFirst === undefined) return false;
      await request.signInFirst(reply);
      return true;
    }
    const why = whyRefused(status, reply);
    return why !== null && (await redraw(request, reply, { why, status }));
  } catch (failed) {
    if (unavailability(failed) === null) throw failed;
    return false;
  }
}

/** Whether the page of a form is drawn with what the database knows of whoever asks. */
const asksDatabase = (request: FastifyRequest): boolean =>
  sessionCookie.read(request) !== undefined || request.routeOptions.config.access !== 'anyone';

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

/** @param sent a form whose own page cannot be drawn now, to be sent again from this one */
export function errorPage(
  request: FastifyRequest,
  reply: FastifyReply,
  status: ErrorStatus,
  sent: SentForm | null = null,
): FastifyReply {
  forgetFile(reply);
  const open = status === 403 ? pageBefore(request) : null;
  return reply.page(view(request.page(reply), status, { open, sent }), status);
}

/** The page whose form was refused, where the form is sent to its own address. */
function pageBefore({ server, routeOptions: { url }, originalUrl }: FastifyRequest): string | null {
  return url !== undefined && server.hasRoute({ method: 'GET', url }) ? originalUrl : null;
}

type Further = { readonly open: string | null; readonly sent: SentForm | null };

/** @param open the page to open again; null where there is none */
function view(page: Page, status: ErrorStatus, { open, sent }: Further) {
  const { t } = page.words;
  const { title, text } = TEXTS[status];
  if (status !== 403)
    return (
      <ErrorPage
        page={page}
        status={status}
        title={t(title)}
        // The same for what is another's and for what is nobody's.
        text={
          status === 404 && page.visitor.is === 'signed-in' ? `${t(text)} ${t('errors.404-own')}` : t(text)
        }
        again={sent === null ? undefined : <SendAgain page={page} sent={sent} />}
      />
    );
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

/** Sends once more what was typed, from a page that is drawn without the database. */
function SendAgain({ page, sent: { action, fields, hadSecrets } }: { page: Page; sent: SentForm }) {
  const { t } = page.words;
  return (
    <Form page={page} action={action}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <p>
        {t('errors.sent-here')}
        {hadSecrets ? ` ${t('ui.refill-secrets')}` : null}
      </p>
      <Button>{t('errors.send-again')}</Button>
    </Form>
  );
}

/** Refuses with a page that is drawn once for each language and route, so that a flood costs as little as can be. */
function refuser(
  pageOf: (words: Words, path: string) => Page,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const drawn = new Map<string, Buffer>();
  return ({ words, routeOptions: { url = '/' } }, reply) => {
    const key = `${words.language} ${url}`;
    const page =
      drawn.get(key) ?? Buffer.from(renderPage(view(pageOf(words, url), 503, { open: null, sent: null })));
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
