import type { PageScope } from '../../../platform/http/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { signedIn } from '../../session/sessions/index.ts';
import type { DataExport } from './data-export.ts';
import { DataPage, FILE_NAME } from './pages.tsx';

const PATH = '/account/data';

/** Asking for a copy of one's data, and fetching it, each behind a fresh second step. */
export function dataExportRoutes(
  app: PageScope,
  { dataExport, policy }: { dataExport: DataExport; policy: Pick<Policy, 'requests'> },
): void {
  const rateLimit = { max: policy.requests.account };

  app.get(
    PATH,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <DataPage
          page={request.page(reply)}
          state={await dataExport.state(accountId)}
          days={dataExport.days}
        />,
      ),
    ),
  );

  app.post(
    PATH,
    signedIn(
      async (session, _request, reply) => {
        const result = await dataExport.ask(session);
        switch (result.is) {
          case 'asked':
            return reply.redirect(PATH, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: true, rateLimit },
    ),
  );

  app.get(
    `${PATH}/download`,
    signedIn(
      async (session, _request, reply) => {
        const content = await dataExport.fetch(session);
        if (content === null) return reply.redirect(PATH, 303);
        return reply
          .type('application/json; charset=utf-8')
          .header('content-disposition', `attachment; filename="${FILE_NAME}"`)
          .send(content);
      },
      { stepUp: { back: PATH }, rateLimit },
    ),
  );
}
