import type { Clock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { Page } from '../platform/ui/index.ts';
import type { Appointments } from '../records/appointments/index.ts';
import type { CaseCatalogue } from '../records/cases/index.ts';
import type { Topics } from '../records/conversations/index.ts';
import type { NoticeTemplates } from '../records/document-templates/index.ts';
import { makeSentLines, playRoutes } from './agency/index.ts';
import { hasDemo, readPeople } from './material.ts';
import { DemoAside, HoldAside, SignInHelp } from './pages.tsx';
import { demoRoutes } from './routes.tsx';

/** The demonstration as a floor, and what it shows beside the pages of others; none of it where there is none. */
export function demoFloor(
  { demo, agencyFolder }: Pick<Config, 'demo' | 'agencyFolder'>,
  parts: {
    readonly foundation: Pick<Foundation, 'agency' | 'database' | 'vault'>;
    readonly clock: Clock;
    readonly records: {
      readonly catalogue: CaseCatalogue;
      readonly templates: NoticeTemplates;
      readonly appointments: Pick<Appointments, 'rules'>;
      readonly topics: Topics;
    };
  },
) {
  if (!demo) return { floor: {}, asides: {} } as const;
  const people = readPeople(agencyFolder);
  const hasCases = hasDemo(agencyFolder);
  const aside = (page: Page) => <DemoAside page={page} hasCases={hasCases} />;
  const { clock, foundation, records } = parts;
  const { database, vault } = foundation;
  const lines = makeSentLines({ database, vault, clock });
  const floor: Floor = {
    pages: (server) => {
      demoRoutes(server, { agencyFolder, database, clock });
      if (hasCases) playRoutes(server, { foundation, clock, ...records });
    },
    cleanUp: [() => lines.removeOld()],
  };
  return {
    floor,
    asides: {
      signIn: (page: Page) => <SignInHelp page={page} people={people} />,
      code: aside,
      email: aside,
      emailCode: aside,
      app: aside,
      hold: (page: Page) => <HoldAside page={page} hasCases={hasCases} />,
    },
  };
}
