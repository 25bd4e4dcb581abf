import { createTransport } from 'nodemailer';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Clock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import type { Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import { addJob } from '../jobs/index.ts';

const Message = z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string() });

/** A message to one address. The subject holds no personal data. */
export type Message = z.infer<typeof Message>;

export type Outbox = {
  /** Puts a message on its way in the caller's transaction: it is sent if and only if that commits. */
  send(database: Database, message: Message): Promise<void>;
  /** Delivers one message; what the job of `send` calls. Safe to call twice. */
  deliver(database: Database, id: string): Promise<void>;
  /** Removes what could not be delivered in a week. */
  removeOld(database: Database): Promise<void>;
};

const GIVEN_UP_AFTER = 7 * 24 * 3_600_000;

export const DELIVER = 'deliver-message';

const place = (row: string) => ({ table: 'outbox', column: 'message_sealed', row });

export function makeOutbox({
  vault,
  clock,
  mail,
}: {
  vault: Vault;
  clock: Clock;
  mail: Config['mail'];
}): Outbox {
  const transport = mail.is === 'smtp' ? smtp(mail.url, mail.from) : mailbox(clock);
  return {
    send: async (database, message) => {
      const id = uuid();
      const { key, wrapped } = vault.newDataKey();
      await database
        .insertInto('outbox')
        .values({
          id,
          channel: 'email',
          data_key: wrapped,
          message_sealed: key.seal(JSON.stringify(message), place(id)),
          created_at: clock.now(),
        })
        .execute();
      await addJob(database, DELIVER, { id });
    },
    deliver: async (database, id) => {
      const row = await database.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return;
      const message = Message.parse(
        JSON.parse(vault.openDataKey(row.data_key).unseal(row.message_sealed, place(id))),
      );
      try {
        await transport(database, message);
      } catch (error) {
        throw new DeliveryFailed(error);
      }
      await database.deleteFrom('outbox').where('id', '=', id).execute();
    },
    removeOld: async (database) => {
      const before = new Date(clock.now().getTime() - GIVEN_UP_AFTER);
      await database.deleteFrom('outbox').where('created_at', '<', before).execute();
    },
  };
}

/** A message was not taken. Says which answer the mail server gave, and not its words, which can hold the address. */
class DeliveryFailed extends Error {
  constructor(reason: unknown) {
    const { code, responseCode } = Reason.parse(reason);
    super(`a message was not taken: ${code ?? 'no code'}, ${responseCode ?? 'no answer'}`);
  }
}

const Reason = z
  .object({ code: z.string().optional(), responseCode: z.number().optional() })
  .catch({ code: undefined, responseCode: undefined });

type Transport = (database: Database, message: Message) => Promise<void>;

function smtp(url: string, from: string): Transport {
  const transporter = createTransport(url, { from });
  // An address as an object is one address: as a text it would be read as a list of them.
  return async (_, { to, ...message }) =>
    void (await transporter.sendMail({ ...message, to: { name: '', address: to } }));
}

/** The demonstration's transport: a table that the mailbox page shows. */
function mailbox(clock: Clock): Transport {
  return async (database, { to, ...message }) => {
    await database
      .insertInto('demo_mailbox')
      .values({ id: uuid(), recipient: to, channel: 'email', ...message, sent_at: clock.now() })
      .execute();
  };
}
