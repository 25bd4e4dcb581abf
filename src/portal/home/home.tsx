import { endingOf } from '../../identity/core/endings/index.ts';
import { openHolds } from '../../identity/core/open-recoveries/index.ts';
import { asksByItself, signedIn } from '../../identity/session/sessions/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { PageScope } from '../../platform/http/index.ts';
import type { Appointments } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type Overviews, wantedOf } from '../../records/overview/index.ts';
import { HomePage } from './pages.tsx';

export type HomeParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly overviews: Overviews;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly appointments: Pick<Appointments, 'rules'>;
  readonly topics: Topics;
};

/** Home: what needs doing first, what is new, then every case. */
export function homeRoutes(
  app: PageScope,
  { database, clock, overviews, catalogue, templates, topics, appointments }: HomeParts,
): void {
  app.get(
    '/home',
    signedIn(async (session, request, reply) => {
      const overview = await overviews.overviewOf(session.accountId);
      if (!asksByItself(request)) await overviews.noteSeen(session.accountId, overview.seen);
      return reply.page(
        <HomePage
          page={request.page(reply)}
          ending={session.alarmed ? null : endingOf(request.query)}
          isProtected={session.alarmed}
          holds={session.isHeld ? await openHolds(database, clock, session.accountId) : []}
          cases={overview.cases}
          unread={overview.unread}
          isUnreachable={overview.isUnreachable}
          wanted={wantedOf(request.query)}
          catalogue={catalogue}
          templates={templates}
          topics={topics}
          rules={appointments.rules}
        />,
      );
    }),
  );
}
