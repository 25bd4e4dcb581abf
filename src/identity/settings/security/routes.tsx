import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { HttpRefusal, type PageScope } from '../../../platform/http/index.ts';
import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import { lockAccount } from '../../core/accounts/index.ts';
import { asDeviceId, forgetDevices, listDevices } from '../../core/devices/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { openHolds } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Recovery } from '../../entry/recovery/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { lockSession, type Session, type Sessions, signedIn } from '../../session/sessions/index.ts';
import type { PasswordChange } from '../password-change/index.ts';
import { DevicesPage, SecurityPage, SessionsPage } from './pages.tsx';

/** A kind of second step, as the overview shows it. `identity/routes.ts` lists them. */
export type Way = {
  readonly href: string;
  readonly title: PlainWordKey;
  /** What of it is bound, in a few words. */
  bound(session: Session, words: Words): Promise<string>;
};

export type SecurityRoutes = {
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly sessions: Sessions;
  readonly passwordChange: Pick<PasswordChange, 'changedAt'>;
  readonly notices: Notices;
  readonly recovery: Pick<Recovery, 'stop'>;
  readonly ways: readonly Way[];
  /** What helps to get back in, in the same way. */
  readonly waysBack: readonly Way[];
};

const BASE = '/account/security';
const SESSIONS = `${BASE}/sessions`;
const DEVICES = `${BASE}/devices`;

const DONE = {
  password: 'security.done-password',
  session: 'security.done-session',
  sessions: 'security.done-sessions',
  device: 'security.done-device',
  devices: 'security.done-devices',
  recovery: 'security.done-recovery',
  protection: 'security.done-protection',
} as const satisfies Record<string, PlainWordKey>;
const Done = z.enum(['password', 'session', 'sessions', 'device', 'devices', 'recovery', 'protection']);
const Query = z.object({ done: Done.nullable().catch(null) });
const Id = z.object({ id: z.uuid().nullable().catch(null) });

/** The overview of what keeps an account safe, its sessions and its known devices. */
export function securityRoutes(
  app: PageScope,
  { database, clock, policy, sessions, passwordChange, notices, recovery, ways, waysBack }: SecurityRoutes,
): void {
  const rateLimit = { max: policy.requests.account };
  /** Ends what ends in a session that lives: one that was itself ended meanwhile ends nothing. */
  const inSession = (session: Session, end: (transaction: Database) => Promise<void>) =>
    database.transaction().execute(async (transaction) => {
      await lockAccount(transaction, session.accountId);
      if (!(await lockSession(transaction, session))) throw new HttpRefusal(401);
      await end(transaction);
    });
  const doneOf = ({ query }: FastifyRequest): PlainWordKey | null => {
    const { done } = Query.parse(query);
    return done === null ? null : DONE[done];
  };

  app.get(
    BASE,
    signedIn(async (session, request, reply) => {
      const { words } = request;
      const shown = (list: readonly Way[]) =>
        Promise.all(
          list.map(async ({ href, title, bound }) => ({ href, title, bound: await bound(session, words) })),
        );
      const devices = await listDevices(database, clock, policy.devices, session.accountId);
      return reply.page(
        <SecurityPage
          page={request.page(reply)}
          done={doneOf(request)}
          alarmed={session.alarmed}
          holds={await openHolds(database, clock, session.accountId)}
          passwordChangedAt={await passwordChange.changedAt(session)}
          ways={await shown(ways)}
          waysBack={await shown(waysBack)}
          sessions={(await sessions.list(session)).length}
          devices={devices.length}
        />,
      );
    }),
  );

  // Asked for a second step, which whoever has only the session lacks: else a thief's session would keep the owner out.
  app.post(
    `${BASE}/recovery/stop`,
    signedIn(
      async (session, request, reply) => {
        const { id } = Id.parse(request.body ?? {});
        if (id === null) return reply.redirect(BASE, 303);
        const result = await recovery.stop(session, id);
        switch (result.is) {
          case 'stopped':
            return reply.redirect(`${BASE}?done=recovery`, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: { back: BASE, asks: 'both' }, whileAlarmed: true, rateLimit },
    ),
  );

  app.get(
    SESSIONS,
    signedIn(async (session, request, reply) =>
      reply.page(
        <SessionsPage
          page={request.page(reply)}
          sessions={await sessions.list(session)}
          done={doneOf(request)}
        />,
      ),
    ),
  );

  app.post(
    `${SESSIONS}/end`,
    signedIn(
      async (session, request, reply) => {
        const { accountId } = session;
        const { id } = Id.parse(request.body ?? {});
        if (id === null) return reply.redirect(SESSIONS, 303);
        await inSession(session, async (transaction) => {
          if ((await sessions.endSome(transaction, accountId, { only: id })) > 0)
            await recordSecurityEvent(transaction, clock, { kind: 'session-ended', accountId });
        });
        return reply.redirect(`${SESSIONS}?done=session`, 303);
      },
      { stepUp: { back: SESSIONS }, whileAlarmed: true, rateLimit },
    ),
  );

  app.post(
    `${SESSIONS}/end-others`,
    signedIn(
      async (session, _request, reply) => {
        const { id, accountId } = session;
        await inSession(session, async (transaction) => {
          const sessionsEnded = await sessions.endSome(transaction, accountId, { but: id });
          if (sessionsEnded === 0) return;
          await notices.send(transaction, accountId, { is: 'sessions-ended' });
          const detail = { sessions: sessionsEnded };
          await recordSecurityEvent(transaction, clock, { kind: 'sessions-ended', accountId, detail });
        });
        return reply.redirect(`${SESSIONS}?done=sessions`, 303);
      },
      { stepUp: { back: SESSIONS }, whileAlarmed: true, rateLimit },
    ),
  );

  app.get(
    DEVICES,
    signedIn(async ({ accountId, deviceId }, request, reply) => {
      const devices = await listDevices(database, clock, policy.devices, accountId);
      return reply.page(
        <DevicesPage
          page={request.page(reply)}
          devices={devices}
          thisDevice={devices.find(({ id }) => id === deviceId)?.id ?? null}
          done={doneOf(request)}
        />,
      );
    }),
  );

  // Who is signed in on a device that is forgotten is signed out: it may be in other hands.
  app.post(
    `${DEVICES}/forget`,
    signedIn(
      async (session, request, reply) => {
        const { id } = Id.parse(request.body ?? {});
        if (id === null) return reply.redirect(DEVICES, 303);
        const { accountId } = session;
        await inSession(session, async (transaction) => {
          await sessions.endSome(transaction, accountId, { device: id, but: session.id });
          if ((await forgetDevices(transaction, accountId, asDeviceId.parse(id))) > 0)
            await recordSecurityEvent(transaction, clock, { kind: 'device-forgotten', accountId });
        });
        return reply.redirect(`${DEVICES}?done=device`, 303);
      },
      { stepUp: { back: DEVICES }, whileAlarmed: true, rateLimit },
    ),
  );

  app.post(
    `${DEVICES}/forget-all`,
    signedIn(
      async (session, _request, reply) => {
        const { id, accountId } = session;
        await inSession(session, async (transaction) => {
          await sessions.endSome(transaction, accountId, { but: id });
          if ((await forgetDevices(transaction, accountId)) > 0)
            await recordSecurityEvent(transaction, clock, { kind: 'devices-forgotten', accountId });
        });
        return reply.redirect(`${DEVICES}?done=devices`, 303);
      },
      { stepUp: { back: DEVICES }, whileAlarmed: true, rateLimit },
    ),
  );
}
