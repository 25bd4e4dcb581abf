import type { Clock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Page } from '../platform/ui/index.ts';
import { readPeople } from './material.ts';
import { DemoAside, SignInHelp } from './pages.tsx';
import { demoRoutes } from './routes.tsx';

/** The demonstration as a floor, and what it shows beside the pages of others; none of it where there is none. */
export function demoFloor(
  { demo, agencyFolder }: Pick<Config, 'demo' | 'agencyFolder'>,
  parts: { readonly database: Database; readonly clock: Clock },
) {
  if (!demo) return { floor: {}, asides: {} } as const;
  const people = readPeople(agencyFolder);
  const aside = (page: Page) => <DemoAside page={page} />;
  const floor: Floor = { pages: (server) => demoRoutes(server, { agencyFolder, ...parts }) };
  return {
    floor,
    asides: {
      signIn: (page: Page) => <SignInHelp page={page} people={people} />,
      code: aside,
      email: aside,
      emailCode: aside,
      app: aside,
    },
  };
}
