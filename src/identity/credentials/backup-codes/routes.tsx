import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Agency, inLanguage } from '../../../platform/agency/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { localPath, type PageScope, typedFields } from '../../../platform/http/index.ts';
import type { Words } from '../../../platform/i18n/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import { endingOf, withEnding } from '../../core/endings/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import { acknowledge, countBackupCodes, readUnacknowledged, type ShownCodes } from './backup-codes.ts';
import {
  BackupCodeSettingsPage,
  BackupCodesPage,
  BackupCodeUsedPage,
  NEW,
  type Paper,
  SETTINGS,
  SHOWN,
  USED,
} from './pages.tsx';
import type { BackupCodeSettings } from './settings.ts';

const HOME = '/home';
const Return = z.object({
  return: z
    .unknown()
    .optional()
    .transform((path) => localPath(path, HOME)),
});
/** That somebody says they have their codes; it stays ticked where it was not taken. */
const Saved = z.object({ saved: z.unknown().optional() });
const Query = z.object({ done: z.literal('renewed').nullable().catch(null) });

/** Where a sign-in with a backup code leads, on the way to a page of this site. */
export const afterBackupCode = (returnTo: string): string =>
  `${USED}?${new URLSearchParams({ return: returnTo })}`;

export type BackupCodeRoutes = {
  readonly database: Database;
  readonly clock: Clock;
  readonly agency: Agency;
  readonly publicUrl: URL;
  readonly policy: Pick<Policy, 'requests'>;
  readonly backupCodes: BackupCodeSettings;
  /** Whether codes can come by text message here. */
  readonly offersPhones: boolean;
};

/** The codes while they are shown, which stands before all else of a new account; and how to get new ones. */
export function backupCodeRoutes(
  app: PageScope,
  { database, clock, agency, publicUrl, policy, backupCodes, offersPhones }: BackupCodeRoutes,
): void {
  const rateLimit = { max: policy.requests.account };

  app.get(
    SHOWN,
    signedIn(
      async (session, request, reply) => {
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        return shown === null ? reply.redirect(HOME, 303) : showCodes(session, request, reply, shown);
      },
      { beforeAcknowledgement: true, stepUp: 'once' },
    ),
  );

  app.get(
    `${SHOWN}/download`,
    signedIn(
      async (session, request, reply) => {
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        return shown === null ? reply.redirect(HOME, 303) : sendFile(session, request, reply, shown);
      },
      { beforeAcknowledgement: true, stepUp: 'once' },
    ),
  );

  app.post(
    SHOWN,
    signedIn(
      async (session, request, reply) => {
        const shown = await readUnacknowledged(database, session.accountId, session.key);
        if (shown !== null && typedFields(request.body)['saved'] !== 'yes')
          return showCodes(session, request, reply, shown, request.words.t('backup-codes.saved-missing'));
        await acknowledge(database, clock, session.accountId);
        return reply.redirect(shown === null || shown.renewed ? HOME : withEnding(HOME, 'created'), 303);
      },
      { form: Saved, beforeAcknowledgement: true, stepUp: 'once', rateLimit },
    ),
  );

  app.get(
    USED,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <BackupCodeUsedPage
          page={request.page(reply)}
          left={await countBackupCodes(database, accountId)}
          offersPhones={offersPhones}
          returnTo={Return.parse(request.query).return}
        />,
      ),
    ),
  );

  app.get(
    SETTINGS,
    signedIn((session, request, reply) => showSettings(session, request, reply)),
  );

  app.post(
    SETTINGS,
    signedIn(
      async (session, _request, reply) => {
        const result = await backupCodes.make(session);
        switch (result.is) {
          case 'made':
            return reply.redirect(NEW, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: 'both', rateLimit },
    ),
  );

  app.get(
    NEW,
    signedIn(
      async (session, request, reply) => {
        const made = await backupCodes.read(session);
        return made === null ? reply.redirect(SETTINGS, 303) : showCodes(session, request, reply, made);
      },
      { stepUp: 'once' },
    ),
  );

  app.get(
    `${NEW}/download`,
    signedIn(
      async (session, request, reply) => {
        const made = await backupCodes.read(session);
        return made === null ? reply.redirect(SETTINGS, 303) : sendFile(session, request, reply, made);
      },
      { stepUp: 'once' },
    ),
  );

  // The second step was fresh when they were made, in this very session.
  app.post(
    NEW,
    signedIn(
      async (session, request, reply) => {
        const { saved, set = '' } = typedFields(request.body);
        const { t } = request.words;
        if (saved !== 'yes') {
          const made = await backupCodes.read(session);
          return made === null
            ? showSettings(session, request, reply, t('backup-codes.abandoned'))
            : showCodes(session, request, reply, made, t('backup-codes.saved-missing'));
        }
        const result = await backupCodes.keep(session, set);
        switch (result.is) {
          case 'kept':
            return reply.redirect(`${SETTINGS}?done=renewed`, 303);
          case 'abandoned': {
            const newer = await backupCodes.read(session);
            return newer === null
              ? showSettings(session, request, reply, t('backup-codes.abandoned'))
              : showCodes(session, request, reply, newer, t('backup-codes.newer'));
          }
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: Saved, stepUp: 'once', rateLimit },
    ),
  );

  async function showCodes(
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    shown: ShownCodes & { readonly id?: string },
    error?: string,
  ) {
    const errors = error === undefined ? [] : [{ field: 'saved', text: error }];
    const paper = await paperOf(session, request.words, shown);
    return reply.page(
      <BackupCodesPage
        page={request.page(reply)}
        shown={shown}
        paper={paper}
        ending={endingOf(request.query)}
        errors={errors}
      />,
      error === undefined ? 200 : 422,
    );
  }

  async function showSettings(
    { accountId }: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    error?: string,
  ) {
    const left = await countBackupCodes(database, accountId);
    const renewed = Query.parse(request.query).done !== null;
    return reply.page(
      <BackupCodeSettingsPage page={request.page(reply)} left={left} renewed={renewed} error={error} />,
      error === undefined ? 200 : 410,
    );
  }

  async function sendFile(session: Session, request: FastifyRequest, reply: FastifyReply, shown: ShownCodes) {
    const { title, facts, advice } = await paperOf(session, request.words, shown);
    return reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', 'attachment; filename="backup-codes.txt"')
      .send([title, ...facts, '', ...shown.codes, '', ...advice, ''].join('\r\n'));
  }

  async function paperOf(
    { accountId, key }: Session,
    { t, date, language }: Words,
    { createdAt }: ShownCodes,
  ): Promise<Paper> {
    const { emails } = await readProfile(database, key, accountId);
    return {
      title: t('backup-codes.file-title', { agency: inLanguage(agency.name, language) }),
      facts: [
        publicUrl.origin,
        t('backup-codes.file-account', { email: emails[0] ?? '' }),
        t('backup-codes.file-date', { date: date(createdAt) }),
      ],
      advice: [t('backup-codes.file-text'), t('backup-codes.file-keep')],
    };
  }
}
