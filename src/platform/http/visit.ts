import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VNode } from 'preact';
import type { Agency } from '../agency/index.ts';
import { isHandheld } from '../browser/index.ts';
import type { Clock } from '../clock/index.ts';
import { tokenHash } from '../crypto/index.ts';
import type { Languages, Words } from '../i18n/index.ts';
import { type NavigationLink, type Page, type Refill, renderPage, type Visitor } from '../ui/index.ts';
import { languageCookie, lastLanguageCookie, sessionCookie, visitCookie } from './cookies.ts';
import { presentRedrawing } from './redrawing.ts';
import { pageOf } from './refill.ts';
import { isFromHere } from './same-site.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The words of the language that this person reads. */
    readonly words: Words;
    /** The language that this browser asked for on this site; undefined when it never did. */
    readonly chosenLanguage: string | undefined;
    /** Reads in a language that something better than the browser's headers tells, also on the pages that follow. */
    readIn(language: string, reply: FastifyReply): void;
    knownWords: Words | undefined;
    /** Whether a page of this very site sent it, as its browser says. */
    readonly isFromHere: boolean;
    knownVisitor: Visitor | undefined;
    /** What was kept of a form of this page; set, like what follows, by the module that knows sessions. */
    kept: Refill | null;
    /** Of which session the forms of this page are. */
    formOwner: (() => string) | null;
    /** Whether the form that a request posts was drawn for another account than the one that is signed in now. */
    isAnothersForm?(): Promise<boolean>;
    /** Leads somebody whose session is over to sign in, and keeps what they posted. */
    signInFirst?(reply: FastifyReply): Promise<FastifyReply>;
    /** Set by the module that knows sessions. */
    visitor: Visitor;
    /** What the views need to know of this request. */
    page(reply: FastifyReply): Page;
  }
  interface FastifyReply {
    /** Sends a view as a page; 200 unless said otherwise. */
    page(view: VNode, status?: number): FastifyReply;
  }
}

export type VisitParts = {
  readonly agency: Agency;
  readonly languages: Languages;
  readonly clock: Clock;
  readonly isDemo: boolean;
  /** The origin under which people reach this site, and whether it is on https. */
  readonly origin: string;
  readonly isSecure: boolean;
  /** The main navigation of a visitor. */
  readonly navigation: (visitor: Visitor) => readonly NavigationLink[];
};

/** What stands for the session in a token of somebody who has none. */
const STRANGER = 'stranger';

/**
 * Teaches requests what a page has to know of them, and replies to send one. The framework itself refuses some requests
 * before any hook has run, so nothing here counts on one.
 * @param assets the URL of each built client file, by its source name
 * @returns how to describe a page that holds nothing of anybody, so that it can be kept
 */
export function describeVisits(
  app: FastifyInstance,
  { agency, languages, clock, navigation, isDemo, origin, isSecure }: VisitParts,
  assets: ReadonlyMap<string, string>,
): { readonly pageForAnybody: (words: Words, path: string) => Page } {
  const everyPage = {
    languages: languages.all,
    agency,
    demo: isDemo,
    asset: (name: string) => {
      const path = assets.get(name);
      if (path === undefined) throw new Error(`no built client file ${name}`);
      return path;
    },
  };
  const offered = (language: string | undefined): string | undefined =>
    language !== undefined && languages.offers(language) ? language : undefined;
  app.decorateRequest('knownWords', undefined);
  app.decorateRequest('words', {
    getter(this: FastifyRequest): Words {
      const known = this.chosenLanguage ?? offered(lastLanguageCookie.read(this));
      this.knownWords ??=
        known === undefined ? languages.negotiate(this.headers['accept-language']) : languages.get(known);
      return this.knownWords;
    },
  });
  app.decorateRequest('chosenLanguage', {
    getter(this: FastifyRequest): string | undefined {
      return presentRedrawing()?.language ?? offered(languageCookie.read(this));
    },
  });
  app.decorateRequest('readIn', function (this: FastifyRequest, language: string, reply: FastifyReply) {
    this.knownWords = languages.get(language);
    if (lastLanguageCookie.read(this) !== language) lastLanguageCookie.set(reply, language, isSecure);
  });
  app.decorateRequest('isFromHere', {
    getter(this: FastifyRequest): boolean {
      return isFromHere(this, origin);
    },
  });
  app.decorateRequest('kept', null);
  app.decorateRequest('formOwner', null);
  app.decorateRequest('knownVisitor', undefined);
  app.decorateRequest('visitor', {
    getter(this: FastifyRequest): Visitor {
      return this.knownVisitor ?? { is: 'stranger' };
    },
    setter(this: FastifyRequest, visitor: Visitor) {
      this.knownVisitor = visitor;
    },
  });
  app.decorateRequest('page', function (this: FastifyRequest, reply: FastifyReply): Page {
    const { visitor, words, formOwner } = this;
    // Drawn for a posted form, it stays the page that the form is on.
    const url = pageOf(this);
    const userAgent = this.headers['user-agent'] ?? '';
    const userInfo = () => tokenContext(this);
    let token: string | undefined;
    return {
      ...everyPage,
      words,
      path: url,
      get csrf() {
        token ??= reply.generateCsrf({ userInfo: userInfo() });
        return token;
      },
      visitor,
      refill: presentRedrawing()?.refill ?? this.kept,
      get formOwner() {
        return formOwner?.() ?? null;
      },
      visit: visitCookie.read(this),
      navigation: navigation(visitor),
      get handheld() {
        return isHandheld(userAgent);
      },
      now: clock.now(),
    };
  });
  app.decorateReply('page', function (this: FastifyReply, view: VNode, status = 200) {
    return this.code(status).type('text/html; charset=utf-8').send(renderPage(view));
  });

  return {
    pageForAnybody: (words, path) => {
      const visitor: Visitor = { is: 'stranger' };
      return {
        ...everyPage,
        words,
        path,
        get csrf(): string {
          throw new Error('a page for anybody has no form');
        },
        visitor,
        refill: null,
        formOwner: null,
        visit: '',
        navigation: navigation(visitor),
        handheld: false,
        now: clock.now(),
      };
    },
  };
}

/** Binds a token to the cookie of the session, so that a form from before a sign-out is stale after it. */
export function tokenContext(request: FastifyRequest): string {
  const session = sessionCookie.read(request);
  return session === undefined ? STRANGER : tokenHash(session).toString('base64url');
}
