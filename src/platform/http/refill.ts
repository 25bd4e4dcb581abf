import { text } from 'node:stream/consumers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refill, RefillReason } from '../ui/index.ts';
import { fieldsToKeep, hasSecrets } from './form.ts';
import { hadFiles } from './multipart.ts';
import { drawAgain } from './redrawing.ts';
import { localPath } from './return-path.ts';

/** Of the page that a form is on, and so of the one to draw again. */
const PAGE_FIELD = '_page';
/** Where a form leads to in the end. */
const RETURN_FIELD = 'return';
/** In which session a form was drawn. */
export const OWNER_FIELD = '_owner';

/** Headers of a posted form that are not those of asking for its page. */
const OF_THE_POST = new Set(['content-length', 'content-type', 'transfer-encoding', 'origin', 'expect']);

/**
 * Answers a posted form with its own page, asked for anew and filled in with what was typed: what the form's route knows as
 * a field and not as a secret one. The fresh page has a fresh token, so that pressing again works. Only for what a page of
 * this site sent: another site would fill in forms for people.
 * @param why what is said on the page
 * @param language the page's, where it is not that of the request
 * Nothing is filled in where it was typed for another account, whose person may have left this browser to somebody else.
 * @returns false where the form is of no page that can be drawn now; where its page leads elsewhere, so does the answer
 */
export async function redraw(
  request: FastifyRequest,
  reply: FastifyReply,
  { why, status, language }: { why: RefillReason | null; status: number; language?: string },
): Promise<boolean> {
  const { form } = request.routeOptions.config;
  const { server, body } = request;
  const isAnothers = (await request.isAnothersForm?.()) === true;
  const refill: Refill = {
    why: isAnothers ? { is: 'stale' } : why,
    action: pathOf(request.url),
    typed: fieldsToKeep(form === undefined || isAnothers ? [] : [form], body),
    hadSecrets: form !== undefined && hasSecrets(form, body),
    hadFiles: hadFiles(body),
  };
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => !OF_THE_POST.has(name)),
  );
  for (const url of pagesOf(request)) {
    // Awaited within, since only then it is sent.
    const page = await drawAgain(
      { refill, language },
      async () =>
        await server.inject({
          url,
          headers,
          remoteAddress: request.socket.remoteAddress ?? '',
          payloadAsStream: true,
        }),
    );
    const isPage = page.headers['content-type']?.toString().startsWith('text/html') === true;
    const leads = page.statusCode === 303 ? page.headers.location : undefined;
    if (!(page.statusCode === 200 && isPage) && leads === undefined) {
      // A file or a stream is no page of a form, and is not read to its end.
      page.stream().destroy();
      continue;
    }
    const drawn = await text(page.stream());
    for (const cookie of [page.headers['set-cookie'] ?? []].flat()) reply.header('set-cookie', cookie);
    if (leads === undefined) reply.code(status).type('text/html; charset=utf-8').send(drawn);
    else reply.redirect(leads, 303);
    return true;
  }
  return false;
}

/** A form as it was sent, but for its secrets. */
export type SentForm = {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly hadSecrets: boolean;
};

/** The form that a request posts, for whoever posted it to send again; null where nothing would be lost. */
export function sentForm({ routeOptions, body, url }: FastifyRequest): SentForm | null {
  const { form } = routeOptions.config;
  if (form === undefined) return null;
  const typed = fieldsToKeep([form], body);
  if (Object.keys(typed).length === 0) return null;
  const own = [RETURN_FIELD, OWNER_FIELD].flatMap((name): [string, string][] => {
    const value = textOf(body, name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    action: url,
    fields: { ...Object.fromEntries(own), ...typed },
    hadSecrets: hasSecrets(form, body),
  };
}

/** Where the form of a request stands, most likely first. */
function pagesOf(request: FastifyRequest): readonly string[] {
  const { url } = request.routeOptions;
  const own = url !== undefined && request.server.hasRoute({ method: 'GET', url }) ? [ownPage(request)] : [];
  const said = pageSaid(request.body);
  return said === null ? own : [said, ...own.filter((each) => pathOf(each) !== pathOf(said))];
}

/** The page that somebody is on who sends a request: what they ask for, or where the form is that they post. */
export function pageOf(request: FastifyRequest): string {
  if (request.method !== 'POST') return request.url;
  return pageSaid(request.body) ?? request.url;
}

/** The page that a form says it is on; null where it says none of this site. */
function pageSaid(body: unknown): string | null {
  const path = localPath(textOf(body, PAGE_FIELD), '');
  return path === '' ? null : path;
}

/** The form's own address, with where it leads in the end. */
function ownPage({ url, body }: FastifyRequest): string {
  const back = localPath(textOf(body, RETURN_FIELD), '');
  return back === '' ? url : withReturn(url, back);
}

/** A page's address with where it leads in the end, unless it says something else already. */
export function withReturn(page: string, to: string): string {
  return page.includes('?') ? page : `${page}?${new URLSearchParams({ [RETURN_FIELD]: to })}`;
}

/** Where the page leads in the end whose form a request posts, as that page's address said; the fallback where it did not. */
export function returnSaid(request: FastifyRequest, fallback: string): string {
  const [, query = ''] = pageOf(request).split('?', 2);
  return localPath(new URLSearchParams(query).get(RETURN_FIELD), fallback);
}

export function textOf(body: unknown, field: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value: unknown = Object.entries(body).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : undefined;
}

export const pathOf = (url: string): string => url.split(/[?#]/, 1)[0] ?? url;
