import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { typedFields } from '../../platform/http/index.ts';
import { signedIn } from '../sessions/index.ts';
import { acknowledge, readUnacknowledged } from './backup-codes.ts';
import { BackupCodesPage } from './pages.tsx';

const HOME = '/home';

/** The page that stands between making an account and its home until the codes are kept. */
export function backupCodeRoutes(
  app: FastifyInstance,
  { database, clock }: { database: Database; clock: Clock },
): void {
  app.get(
    '/account/backup-codes',
    signedIn(
      async (session, request, reply) => {
        const codes = await readUnacknowledged(database, session.accountId, session.key);
        return codes === null
          ? reply.redirect(HOME, 303)
          : reply.page(<BackupCodesPage page={request.page(reply)} codes={codes} />);
      },
      { beforeAcknowledgement: true },
    ),
  );

  app.post(
    '/account/backup-codes',
    signedIn(
      async (session, request, reply) => {
        const codes = await readUnacknowledged(database, session.accountId, session.key);
        if (codes !== null && typedFields(request.body)['saved'] !== 'yes') {
          const errors = [{ field: 'saved', text: request.words.t('backup-codes.saved-missing') }];
          return reply.page(
            <BackupCodesPage page={request.page(reply)} codes={codes} errors={errors} />,
            422,
          );
        }
        await acknowledge(database, clock, session.accountId);
        return reply.redirect(HOME, 303);
      },
      { beforeAcknowledgement: true },
    ),
  );
}
