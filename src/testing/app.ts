import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse, RouteOptions } from 'fastify';
import { afterAll, expect } from 'vitest';
import { type App, buildApp } from '../app.ts';
import { loadDemo } from '../demo/index.ts';
import { loadAgency } from '../platform/agency/index.ts';
import { type Config, readConfig } from '../platform/config/index.ts';
import type { Hasher } from '../platform/hashing/index.ts';
import { loadLanguages } from '../platform/i18n/index.ts';
import { makeLog } from '../platform/log/index.ts';
import { makeOutbox } from '../platform/messages/index.ts';
import type { Blobs } from '../platform/storage/index.ts';
import { agencyWith } from './agency.ts';
import { testBlobs } from './blobs.ts';
import { freshDatabase, type TestDatabase } from './database.ts';
import { type Forms, noteForms } from './drawn-forms.ts';
import { testHasher } from './hashing.ts';

const root = join(import.meta.dirname, '../..');

export type Mail = { readonly subject: string; readonly text: string; readonly html: string };
export type TestRoute = {
  readonly method: string;
  readonly url: string;
  readonly config: NonNullable<RouteOptions['config']>;
};

export type TestApp = TestDatabase & {
  readonly app: App;
  readonly server: FastifyInstance;
  readonly config: Config;
  readonly hasher: Hasher;
  readonly blobs: Blobs;
  /** Every route that was registered, with what it says of itself. */
  readonly routes: readonly TestRoute[];
  /** The forms of all pages that its visits were shown. None may lose what is typed into it. */
  readonly forms: Forms;
  /** A browser of its own, with no cookies yet. */
  visit(): Visit;
  /** Sends what is on its way, then gives the messages to an address, in the order in which they were written. */
  mailTo(address: string): Promise<readonly Mail[]>;
};

/**
 * The whole app as `app.ts` puts it together, on a database of its own, in demo mode, with a clock that is moved.
 * @param environment variables beside those of the demonstration
 * @param policy that of the agency, where it is not the demonstration's
 * @param people whether the demonstration's people and cases are there
 * @param on another database than a fresh one
 * @param blobs another storage than a folder of its own
 * @param log takes each line of the log
 */
export async function testApp({
  environment = {},
  policy,
  people = false,
  log = { write: () => {} },
  on = freshDatabase(),
  blobs: given,
}: {
  environment?: Record<string, string>;
  policy?: unknown;
  people?: boolean;
  log?: { write(line: string): void };
  on?: Promise<TestDatabase>;
  blobs?: Blobs;
} = {}): Promise<TestApp> {
  const test = await on;
  const { connection, database, vault, clock } = test;
  const ofAgency: Record<string, string> = {};
  if (policy !== undefined) {
    const folder = await agencyWith(policy);
    afterAll(() => rm(folder, { recursive: true }));
    ofAgency['PORTICO_AGENCY'] = folder;
  }
  const read = readConfig({ PORTICO_LOG_LEVEL: 'info', ...ofAgency, ...environment }, root);
  if (read.is === 'faults') throw new Error(read.faults.join('\n'));
  const { config } = read;
  const agency = loadAgency(config.agencyFolder);
  const languages = loadLanguages(join(root, 'locales'), agency);
  const hasher = testHasher({ peppers: vault.peppers });
  const blobs = given ?? (await testBlobs());
  if (people) {
    await loadDemo({ agency, database, vault, clock, hasher, blobs });
  }
  const foundation = { agency, languages, vault, connection, database, blobs, close: async () => {} };
  const { app, routes } = await withRoutes(() =>
    buildApp({ config, foundation, hasher, clock, log: makeLog(config.logLevel, log) }),
  );
  const { server } = app;
  await server.ready();
  afterAll(() => server.close());
  const forms: Forms = { kept: new Set(), lost: new Set() };
  afterAll(() => expect([...forms.lost], 'fields that are lost where their form is refused').toEqual([]));
  const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
  return {
    ...test,
    app,
    server,
    config,
    hasher,
    blobs,
    routes,
    forms,
    visit: () =>
      newVisit(async (request) => {
        const answer = await server.inject(request);
        noteForms(forms, routes, request.url, answer);
        return answer;
      }),
    mailTo: async (address) => {
      const waiting = await database.selectFrom('outbox').select('id').orderBy('id').execute();
      for (const { id } of waiting) await outbox.deliver(database, id);
      return await database
        .selectFrom('demo_mailbox')
        .select(['subject', 'text', 'html'])
        .where('recipient', '=', address)
        .orderBy('id')
        .execute();
    },
  };
}

/** Builds an app while listening to what it registers. */
async function withRoutes(build: () => Promise<App>): Promise<{ app: App; routes: readonly TestRoute[] }> {
  const routes: TestRoute[] = [];
  const onServer = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url, config = {} }) => {
      for (const each of [method].flat()) routes.push({ method: each, url, config });
    });
  };
  subscribe('fastify.initialization', onServer);
  try {
    return { app: await build(), routes };
  } finally {
    unsubscribe('fastify.initialization', onServer);
  }
}

/** An answer as a browser sees it. */
export type Answer = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body' | 'cookies'>;

/** How a browser reaches its server. */
export type Send = (request: {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  payload?: string | Buffer;
}) => Promise<Answer>;

export type SentFile = { readonly name: string; readonly bytes: Uint8Array };

type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A browser without script: it keeps cookies and sends the token of the page that it is on. */
export type Visit = {
  readonly cookies: Map<string, string>;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  /** Posts a form with the newest token it was given, or with the token of `page` after fetching it. */
  post(url: string, fields?: Fields, page?: string): Promise<Answer>;
  /** Posts exactly these fields, without a token of its own. */
  postRaw(url: string, fields: Fields, headers?: Record<string, string>): Promise<Answer>;
  /** Posts a form that comes with files, in its field `files`, after fetching its page. */
  postFiles(url: string, fields: Fields, files: readonly SentFile[], page?: string): Promise<Answer>;
  /** Follows redirects from an answer to a page. */
  follow(response: Answer): Promise<Answer>;
  token(): string;
};

/** A browser with no cookies yet. */
export function newVisit(send: Send): Visit {
  const cookies = new Map<string, string>();
  let token = '';
  const seen = (response: Answer): Answer => {
    for (const cookie of response.cookies) {
      const gone = cookie.maxAge === 0 || (cookie.expires !== undefined && cookie.expires.getTime() === 0);
      if (gone) cookies.delete(cookie.name);
      else cookies.set(cookie.name, cookie.value);
    }
    token = /name="_csrf" value="([^"]+)"/.exec(response.body)?.[1] ?? token;
    return response;
  };
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const visit: Visit = {
    cookies,
    token: () => token,
    get: async (url, headers = {}) =>
      seen(await send({ method: 'GET', url, headers: { ...headers, cookie: cookieHeader() } })),
    post: async (url, fields = {}, page) => {
      if (page !== undefined) await visit.get(page);
      return visit.postRaw(url, { ...fields, _csrf: token });
    },
    postRaw: async (url, fields, headers = {}) =>
      seen(
        await send({
          method: 'POST',
          url,
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...headers,
            cookie: cookieHeader(),
          },
          payload: formBody(fields),
        }),
      ),
    postFiles: async (url, fields, files, page) => {
      if (page !== undefined) await visit.get(page);
      const form = new FormData();
      for (const [name, value] of Object.entries({ _csrf: token, ...fields }))
        for (const each of [value].flat()) form.append(name, each);
      for (const { name, bytes } of files) form.append('files', new Blob([new Uint8Array(bytes)]), name);
      const encoded = new Response(form);
      return seen(
        await send({
          method: 'POST',
          url,
          headers: { 'content-type': encoded.headers.get('content-type') ?? '', cookie: cookieHeader() },
          payload: Buffer.from(await encoded.arrayBuffer()),
        }),
      );
    },
    follow: async (response) => {
      let at = response;
      for (let hops = 0; at.statusCode === 303 && hops < 10; hops++)
        at = await visit.get(String(at.headers.location));
      return at;
    },
  };
  return visit;
}

export function formBody(fields: Fields): string {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const each of [value].flat()) body.append(name, each);
  return body.toString();
}
