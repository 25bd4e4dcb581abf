import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LANGUAGE_FIELD, type Languages } from '../i18n/index.ts';
import { languageCookie } from './cookies.ts';
import { redraw, textOf } from './refill.ts';
import { localPath } from './return-path.ts';

const LanguageQuery = z.object({ lang: z.string().optional().catch(undefined) });

/**
 * Keeps the language that a link asks for, and goes on without it in the address; or that a button of a form asks for, whose
 * page is then drawn in it, filled in as it was. Such a form is not handled: nothing that counts tries or changes anything
 * comes after.
 * @param hasToken whether a form has a token that this browser was given
 */
export function switchLanguages(
  scope: FastifyInstance,
  languages: Languages,
  { isSecure, hasToken }: { isSecure: boolean; hasToken: (request: FastifyRequest) => boolean },
): void {
  scope.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' || !request.url.includes('lang=')) return;
    const { lang } = LanguageQuery.parse(request.query);
    if (lang === undefined || !languages.offers(lang)) return;
    languageCookie.set(reply, lang, isSecure);
    return reply.redirect(withoutLanguage(request.url), 303);
  });
  scope.addHook('preValidation', async (request, reply) => {
    if (request.method !== 'POST') return;
    const language = textOf(request.body, LANGUAGE_FIELD);
    if (language === undefined || !languages.offers(language)) return;
    if (!request.isFromHere && !hasToken(request)) return;
    languageCookie.set(reply, language, isSecure);
    const isDrawn = await redraw(request, reply, {
      why: hasToken(request) ? null : { is: 'stale' },
      status: 200,
      language,
    });
    return isDrawn ? reply : reply.redirect(localPath(request.url, '/'), 303);
  });
}

function withoutLanguage(url: string): string {
  const parsed = URL.parse(url.replace(/^[/\\]+/, '/'), 'http://portico.invalid');
  if (parsed === null) return '/';
  parsed.searchParams.delete('lang');
  return `${parsed.pathname.replace(/^\/+/, '/')}${parsed.search}`;
}
