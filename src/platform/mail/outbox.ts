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
};

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
      await transport(database, message);
      await database.deleteFrom('outbox').where('id', '=', id).execute();
    },
  };
}

type Transport = (database: Database, message: Message) => Promise<void>;

function smtp(url: string, from: string): Transport {
  const transporter = createTransport(url, { from });
  return async (_, message) => void (await transporter.sendMail(message));
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
