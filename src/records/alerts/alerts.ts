import { type RawBuilder, sql } from 'kysely';
import type { Logger } from 'pino';
import { type Clock, DAY } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Floor } from '../../platform/floor/index.ts';
import type { Mailer } from '../../platform/messages/index.ts';
import { readingFrom } from '../../platform/stream/index.ts';
import { changes } from '../changes/index.ts';
import { type BounceReport, noteBounce } from './bounces.ts';
import { type AlertChoice, endEmails, readChoice, writeChoice } from './choices.ts';
import type { Reach, ReachOf } from './reach.ts';
import { alertReader, askToTell, TELL } from './reader.ts';
import { isAnyDue, removeAlerts, selectBounced } from './store.ts';
import { KEPT_DAYS, tellAll } from './telling.ts';
import { endingTokenOf, readEndingToken } from './unsubscribe.ts';

/** How a person hears of changes, as its page shows it. */
export type AlertSettings = {
  readonly choice: AlertChoice;
  readonly reach: Reach;
  /** The addresses from which mail came back. */
  readonly bounced: readonly string[];
  /** Whether text messages go anywhere here. */
  readonly offersTexts: boolean;
};

export type Alerts = {
  /** @throws where there is no such account */
  settingsOf(accountId: string): Promise<AlertSettings>;
  choose(accountId: string, choice: AlertChoice): Promise<void>;
  /** Writes again to the addresses of an account from which mail came back. */
  retry(accountId: string): Promise<void>;
  /** Whether a token ends alerts by email. */
  canEnd(token: string): boolean;
  /** Ends alerts by email, and nothing else; a second time changes nothing. @returns false where the token ends none */
  end(token: string): Promise<boolean>;
  /** Takes what a mail provider says of a message; what is of none of ours is passed by. */
  noteBounce(report: BounceReport): Promise<void>;
  readonly floor: Pick<Floor, 'jobs' | 'timed' | 'readings' | 'cleanUp' | 'personalData'>;
};

/** Tells people that something of their cases changed, and never what. */
export function makeAlerts(parts: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly reach: ReachOf;
  readonly log: Logger;
}): Alerts {
  const { database, vault, clock, mailer, reach } = parts;
  const telling = { ...parts, endingToken: (accountId: string) => endingTokenOf(vault, accountId) };
  return {
    settingsOf: async (accountId) => {
      const person = await reach(database, accountId);
      if (person === null) throw new Error('there is no such account');
      const bounced = await selectBounced(database, accountId);
      return {
        choice: await readChoice(database, accountId),
        reach: person,
        bounced: person.emails.filter(({ id }) => bounced.has(id)).map(({ to }) => to),
        offersTexts: mailer.canSend('sms'),
      };
    },
    choose: (accountId, choice) => writeChoice(database, accountId, choice),
    retry: async (accountId) => {
      await database.deleteFrom('alert_bounce').where('account_id', '=', accountId).execute();
    },
    canEnd: (token) => readEndingToken(vault, token) !== null,
    end: async (token) => {
      const accountId = readEndingToken(vault, token);
      return accountId !== null && (await endEmails(database, accountId));
    },
    noteBounce: (report) => noteBounce(parts, report),
    floor: {
      // It begins again by itself where it failed, or was killed, and when what waited is due.
      jobs: { [TELL]: (_, stopping) => tellAll(telling, stopping) },
      timed: [
        {
          name: 'tell-what-is-due',
          cron: '* * * * *',
          run: async () => (await isAnyDue(database, clock.now())) && askToTell(database),
        },
      ],
      readings: [readingFrom(changes, alertReader(clock))],
      cleanUp: [() => removeAlerts(database, new Date(clock.now().getTime() - KEPT_DAYS * DAY))],
      personalData: [
        {
          name: 'alerts',
          read: async ({ accountId }) => {
            const { on, quiet } = await readChoice(database, accountId);
            return { ...on, quiet, comesBack: (await selectBounced(database, accountId)).size > 0 };
          },
        },
      ],
    },
  };
}

/** Whether mail to an address of an account came back. A condition. */
export const isUnreachable = (accountId: RawBuilder<string>): RawBuilder<boolean> =>
  sql`exists (select from alert_bounce bounce where bounce.account_id = ${accountId})`;
