import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { type Clock, DAY, MINUTE } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import { sealedColumn, type Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import { addJob } from '../jobs/index.ts';
import type { RoomTables } from '../tables/index.ts';
import { type Channel, Message, type Sms } from './message.ts';
import { gateway, mailbox, smtp, type Transport } from './transports.ts';

const Sealed = z.looseObject({});

/** How a message goes out. */
export type Sending = {
  /** Its own, by which its sender knows it again: the first part of an email's Message-ID. */
  readonly id?: string;
  /** Whether every message that cannot wait goes first, such as a code. */
  readonly canWait?: boolean;
};

export type Outbox = {
  /** Whether messages of a channel go anywhere here. What cannot be sent is not to be offered. */
  canSend(channel: Channel): boolean;
  /**
   * Puts a message on its way in the caller's transaction: it is sent if and only if that commits.
   * @throws when there is no way to send it
   */
  send(database: Database, message: Message, sending?: Sending): Promise<void>;
  /** Which of some messages are still on their way. */
  waiting(database: Database, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Delivers one message; what the job of `send` calls. Safe to call twice. */
  deliver(database: Database, id: string): Promise<void>;
  /** Removes what could not be delivered in a week. */
  removeOld(database: Database): Promise<void>;
};

const GIVEN_UP_AFTER = 7 * DAY;

/** The jobs that deliver, by channel: each channel has its worker, and none waits for another's server. */
export const DELIVER = { email: 'deliver-message', sms: 'deliver-text' } as const satisfies Record<
  Channel,
  string
>;

const MESSAGE = sealedColumn({ table: 'outbox', column: 'message_sealed', under: 'outbox' });
const { place } = MESSAGE;

export const MESSAGE_TABLES: RoomTables = {
  tables: {
    outbox: { of: 'anybody', leftOut: 'a message until it is sent' },
    demo_mailbox: { of: 'anybody', leftOut: 'the mailbox of the demonstration' },
  },
  dataKeys: [{ table: 'outbox', id: { column: 'id', type: 'uuid' } }],
  sealed: [MESSAGE],
};

/** The one way out for all messages; each channel has its transport. */
export function makeOutbox({
  vault,
  clock,
  mail,
  sms,
}: {
  vault: Vault;
  clock: Clock;
  mail: Config['mail'];
  sms: Config['sms'];
}): Outbox {
  const byEmail = mail.is === 'smtp' ? smtp(mail) : mailbox(clock);
  const bySms = smsTransport(sms, clock);
  const canSend = (channel: Channel) => channel === 'email' || bySms !== null;

  const hand: Transport<Message> = async (message, id, database) => {
    if (message.is === 'email') return byEmail(message, id, database);
    if (bySms === null) throw new Error('there is no way to send sms');
    return bySms(message, id, database);
  };

  return {
    canSend,
    send: async (database, { is: channel, ...message }, { id = uuid(), canWait = false } = {}) => {
      if (!canSend(channel)) throw new Error(`there is no way to send ${channel}`);
      const { key, wrapped } = vault.newDataKey();
      await database
        .insertInto('outbox')
        .values({
          id,
          channel,
          data_key: wrapped,
          message_sealed: key.seal(JSON.stringify(message), place(id)),
          created_at: clock.now(),
        })
        .execute();
      await addJob(database, DELIVER[channel], { id }, { canWait });
    },
    waiting: async (database, ids) => {
      if (ids.length === 0) return new Set();
      const rows = await database.selectFrom('outbox').select('id').where('id', 'in', ids).execute();
      return new Set(rows.map(({ id }) => id));
    },
    deliver: async (database, id) => {
      const row = await database.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return;
      const sealed = vault.openDataKey(row.data_key).unseal(row.message_sealed, place(id));
      const message = Message.parse({ ...Sealed.parse(JSON.parse(sealed)), is: row.channel });
      const { usefulMinutes = Number.POSITIVE_INFINITY } = message;
      if (clock.now().getTime() < row.created_at.getTime() + usefulMinutes * MINUTE)
        await hand(message, id, database);
      await database.deleteFrom('outbox').where('id', '=', id).execute();
    },
    removeOld: async (database) => {
      const before = new Date(clock.now().getTime() - GIVEN_UP_AFTER);
      await database.deleteFrom('outbox').where('created_at', '<', before).execute();
    },
  };
}

function smsTransport(sms: Config['sms'], clock: Clock): Transport<Sms> | null {
  switch (sms.is) {
    case 'gateway':
      return gateway(sms);
    case 'mailbox':
      return mailbox(clock);
    case 'none':
      return null;
  }
}
