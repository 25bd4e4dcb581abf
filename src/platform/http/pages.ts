import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Agency } from '../agency/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import type { Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import type { Languages } from '../i18n/index.ts';
import { builtLook } from '../look/index.ts';
import type { NavigationLink, Visitor } from '../ui/index.ts';
import { askForTokens, giveTokens } from './csrf.ts';
import { answerWithPages, errorPage } from './error-pages.tsx';
import { answerErrors, HttpRefusal } from './errors.ts';
import { switchLanguages } from './languages.ts';
import { readFormsWithFiles } from './multipart.ts';
import { sendProblem } from './problems.ts';
import { presentRedrawing } from './redrawing.ts';
import { gatherForms, makeScope, type PageScope, type SessionScope } from './scopes.ts';
import { answerTwins } from './twins.ts';
import { unreadablePages } from './unreadable.ts';
import { describeVisits } from './visit.ts';

export type PageParts = {
  readonly config: Config;
  readonly agency: Agency;
  readonly languages: Languages;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly database: Database;
  /** The main navigation of a visitor. */
  readonly navigation: (visitor: Visitor) => readonly NavigationLink[];
  /** What adds the pages. That of sessions comes first. */
  readonly rooms: readonly ((scope: PageScope) => void)[];
};

/**
 * What people see, in two parts of one scope: the files of the client, for which nobody is looked up, and the pages. Both have
 * cookies, languages, forms with tokens, and errors as pages.
 */
export async function openPages(root: FastifyInstance, parts: PageParts): Promise<void> {
  const { config, languages, vault, rooms } = parts;
  const isSecure = config.publicUrl.protocol === 'https:';
  const files = builtLook(config.root, config.agencyFolder);
  const assets = readAssets(files);
  await root.register(async (visits) => {
    const { pageForAnybody } = describeVisits(
      visits,
      { ...parts, isDemo: config.demo, origin: config.publicUrl.origin, isSecure },
      assets,
    );
    await visits.register(fastifyCookie);
    await visits.register(fastifyFormbody);
    readFormsWithFiles(visits);
    const hasToken = await giveTokens(visits, vault);
    switchLanguages(visits, languages, { isSecure, hasToken });
    answerTwins(visits, parts, hasToken);
    askForTokens(visits, hasToken);
    answerWithPages(visits, pageForAnybody);
    await visits.register(async (child) => serveFiles(child, files, new Set(assets.values())));
    await visits.register(async (child) => {
      const scope = makeScope(child, 'pages');
      gatherForms(scope);
      scope.setNotFoundHandler((request, reply) => errorPage(request, reply, 404));
      unreadablePages(scope);
      for (const room of rooms) room(scope);
    });
  });
}

/**
 * A part of the pages for what their scripts ask, such as events and uploads. Who is there is known as on a page. An error
 * is a problem document; whoever may not be there is told so by the status, and sent nowhere. What changes something carries
 * the token of a page's form in the header `x-csrf-token`, whatever its body is.
 * @param rooms adds the routes, and parsers of bodies where they need other ones
 */
export function openSessionScope(pages: PageScope, rooms: (scope: SessionScope) => void): void {
  void pages.register(async (child) => {
    const scope = makeScope(child, 'session');
    answerErrors(scope, sendProblem);
    // No form stands on what scripts ask for, such as a stream that never ends.
    child.addHook('onRequest', async () => {
      if (presentRedrawing() !== undefined) throw new HttpRefusal(404);
    });
    rooms(scope);
  });
}

/** The built files of the client. */
async function serveFiles(scope: FastifyInstance, root: string, known: ReadonlySet<string>): Promise<void> {
  await scope.register(fastifyStatic, { root, serve: false, preCompressed: true, cacheControl: false });
  scope.get<{ Params: { '*': string } }>('/assets/*', { config: { access: 'anyone' } }, (request, reply) => {
    const file = request.params['*'];
    if (!known.has(`/assets/${file}`)) return errorPage(request, reply, 404);
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(file);
  });
}

/** The address of each built file, by its source name. */
function readAssets(folder: string): ReadonlyMap<string, string> {
  const manifest = z
    .record(z.string(), z.string())
    .parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return new Map(Object.entries(manifest).map(([name, file]) => [name, `/assets/${file}`]));
}
