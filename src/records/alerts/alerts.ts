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
import { type AlertChoice, endEmails, readChoice, readEmailState, writeChoice } from './choices.ts';
import type { Reach, ReachOf } from './reach.ts';
import { alertReader, askToTell, TELL } from './reader.ts';
import { isAnyDue, removeAlerts, selectBounced } from './store.ts';
import { KEPT_DAYS, tellAll } from './telling.ts';
import { endingTokenOf, readEndingToken } from './unsubscribe.ts';

/** How a person hears of changes, as its page shows it. */
export type AlertSettings = {
  readonly choice: AlertChoice;
  /** Since when there are no alerts by email at all; null where there are some. */
  readonly emailsOffSince: Date | null;
  readonly reach: Reach;
  /** The addresses from which mail came back. */
  readonly bounced: readonly string[];
  /** Whether text messages go anywhere here. */
  readonly offersTexts: boolean;
};

export type Alerts = {
  /** @throws where there is no such account */
  settingsOf(accountId: string): Promise<AlertSettings>;
  /** @returns whether it has no alerts by email any more, and had some */
  choose(
    transaction: Database,
    accountId: string,
    choice: AlertChoice,
  ): Promise<{ readonly endsEmails: boolean }>;
  /** Writes again to the addresses of an account from which mail came back. */
  retry(transaction: Database, accountId: string): Promise<void>;
  /** Whether a token ends alerts by email. */
  canEnd(token: string): Promise<boolean>;
  /**
   * Ends alerts by email, and nothing else; a second time changes nothing.
   * @param tell what is done with it where they end
   * @returns false where the token ends none
   */
  end(token: string, tell: (transaction: Database, accountId: string) => Promise<void>): Promise<boolean>;
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
  const telling = {
    ...parts,
    endingToken: (transaction: Database, accountId: string) => endingTokenOf(vault, transaction, accountId),
  };
  return {
    settingsOf: async (accountId) => {
      const person = await reach(database, accountId);
      if (person === null) throw new Error('there is no such account');
      const bounced = await selectBounced(database, accountId);
      return {
        choice: await readChoice(database, accountId),
        emailsOffSince: (await readEmailState(database, accountId))?.offSince ?? null,
        reach: person,
        bounced: person.emails.filter(({ id }) => bounced.has(id)).map(({ to }) => to),
        offersTexts: mailer.canSend('sms'),
      };
    },
    choose: (transaction, accountId, choice) => writeChoice(transaction, clock, accountId, choice),
    retry: async (transaction, accountId) => {
      await transaction.deleteFrom('alert_bounce').where('account_id', '=', accountId).execute();
    },
    canEnd: async (token) => (await readEndingToken(vault, database, token)) !== null,
    end: (token, tell) =>
      database.transaction().execute(async (transaction) => {
        const accountId = await readEndingToken(vault, transaction, token);
        if (accountId === null) return false;
        if (await endEmails(transaction, clock, accountId)) await tell(transaction, accountId);
        return true;
      }),
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
            const emailsOffSince = (await readEmailState(database, accountId))?.offSince ?? null;
            return {
              ...on,
              emailsOffSince,
              quiet,
              comesBack: (await selectBounced(database, accountId)).size > 0,
            };
          },
        },
      ],
    },
  };
}

/** Whether mail to an address of an account came back. A condition. */
export const isUnreachable = (accountId: RawBuilder<string>): RawBuilder<boolean> =>
  sql`exists (select from alert_bounce bounce where bounce.account_id = ${accountId})`;
