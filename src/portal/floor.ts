import type { Logger } from 'pino';
import type { Identity } from '../identity/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Signals } from '../platform/stream/index.ts';
import type { NavigationLink, Visitor } from '../platform/ui/index.ts';
import type { CaseCatalogue, Cases } from '../records/cases/index.ts';
import type { Claims } from '../records/claims/index.ts';
import { casesRoutes } from './cases/index.ts';
import { helpRoutes } from './help/index.ts';
import { homeRoutes } from './home/index.ts';
import { liveRoutes } from './live/index.ts';
import { statusRoutes } from './status/index.ts';
import { welcomeRoutes } from './welcome/index.ts';

const SIGNED_IN_LINKS: readonly NavigationLink[] = [
  { href: '/home', word: 'home.nav-home' },
  { href: '/cases', word: 'home.nav-cases' },
  { href: '/account', word: 'account.nav' },
  { href: '/help', word: 'home.nav-help' },
];
const STRANGER_LINKS: readonly NavigationLink[] = [
  { href: '/sign-in', word: 'sign-in.title' },
  { href: '/status', word: 'home.nav-status' },
  { href: '/help', word: 'home.nav-help' },
];

/** The main navigation of a visitor. */
export const navigation = (visitor: Visitor): readonly NavigationLink[] =>
  visitor.is === 'signed-in' ? SIGNED_IN_LINKS : STRANGER_LINKS;

/** The pages for applicants as a floor. */
export function portalFloor(parts: {
  readonly identity: Identity;
  readonly signals: Signals;
  readonly log: Logger;
  readonly cases: Cases;
  readonly claims: Claims;
  readonly catalogue: CaseCatalogue;
}): Floor {
  const { identity, signals, log, ...records } = parts;
  return {
    pages: (server) => {
      welcomeRoutes(server);
      helpRoutes(server, identity);
      homeRoutes(server, { ...identity, ...records });
      casesRoutes(server, { ...identity, ...records });
      statusRoutes(server, { ...identity, ...records });
      liveRoutes(server, { ...identity, signals, log });
    },
  };
}
