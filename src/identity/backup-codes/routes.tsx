import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Agency, inLanguage } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { HttpRefusal, typedFields } from '../../platform/http/index.ts';
import type { Policy } from '../policy/index.ts';
import { signedIn } from '../sessions/index.ts';
import { acknowledge, countBackupCodes, readUnacknowledged } from './backup-codes.ts';
import { BackupCodeSettingsPage, BackupCodesPage } from './pages.tsx';
import type { BackupCodeSettings } from './settings.ts';

const HOME = '/home';
const SHOWN = '/account/backup-codes';
const SETTINGS = '/account/security/backup-codes';
const FIVE_MINUTES = 300_000;
const Query = z.object({ done: z.literal('renewed').nullable().catch(null) });

export type BackupCodeRoutes = {
  readonly database: Database;
  readonly clock: Clock;
  readonly agency: Agency;
  readonly publicUrl: URL;
  readonly policy: Policy['requests'];
  readonly backupCodes: BackupCodeSettings;
};

/** The codes while they are shown, which stands before all else of a new account; and how to get new ones. */
export function backupCodeRoutes(
  app: FastifyInstance,
  { database, clock, agency, publicUrl, policy, backupCodes }: BackupCodeRoutes,
): void {
  app.get(
    SHOWN,
    signedIn(
      async (session, request, reply) => {
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        return shown === null
          ? reply.redirect(HOME, 303)
          : reply.page(<BackupCodesPage page={request.page(reply)} {...shown} />);
      },
      { beforeAcknowledgement: true, stepUp: true },
    ),
  );

  app.get(
    `${SHOWN}/download`,
    signedIn(
      async (session, request, reply) => {
        const { t, language } = request.words;
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        if (shown === null) return reply.redirect(HOME, 303);
        const lines = [
          t('backup-codes.file-title', { agency: inLanguage(agency.name, language) }),
          publicUrl.origin,
          '',
          ...shown.codes,
          '',
          t('backup-codes.file-text'),
          t('backup-codes.keep'),
          '',
        ];
        return reply
          .type('text/plain; charset=utf-8')
          .header('content-disposition', 'attachment; filename="backup-codes.txt"')
          .send(lines.join('\r\n'));
      },
      { beforeAcknowledgement: true, stepUp: true },
    ),
  );

  app.post(
    SHOWN,
    signedIn(
      async (session, request, reply) => {
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        if (shown !== null && typedFields(request.body)['saved'] !== 'yes') {
          const errors = [{ field: 'saved', text: request.words.t('backup-codes.saved-missing') }];
          return reply.page(<BackupCodesPage page={request.page(reply)} {...shown} errors={errors} />, 422);
        }
        await acknowledge(database, clock, session.accountId);
        return reply.redirect(shown?.renewed === true ? `${SETTINGS}?done=renewed` : HOME, 303);
      },
      { beforeAcknowledgement: true, stepUp: true },
    ),
  );

  app.get(
    SETTINGS,
    signedIn(async ({ accountId }, request, reply) => {
      const left = await countBackupCodes(database, accountId);
      const { done } = Query.parse(request.query);
      return reply.page(
        <BackupCodeSettingsPage page={request.page(reply)} left={left} renewed={done !== null} />,
      );
    }),
  );

  app.post(
    SETTINGS,
    signedIn(
      async (session, _request, reply) => {
        const result = await backupCodes.renew(session);
        switch (result.is) {
          case 'renewed':
            return reply.redirect(SHOWN, 303);
          case 'alarmed':
            return reply.redirect('/account/security/protected', 303);
          case 'gone':
            throw new HttpRefusal(401);
        }
      },
      { stepUp: true, rateLimit: { max: policy.signUp, timeWindow: FIVE_MINUTES } },
    ),
  );
}
