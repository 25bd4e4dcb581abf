import { sql } from 'kysely';
import { sealedColumn } from '../../platform/crypto/index.ts';
import type { RoomTables } from '../../platform/tables/index.ts';

const TEXT = sealedColumn({
  table: 'conversation_message',
  column: 'text_sealed',
  under: 'conversation',
  of: sql`t.conversation_id`,
});
const ofFile = (column: string) =>
  sealedColumn({
    table: 'message_file',
    column,
    under: 'conversation',
    of: sql`(select conversation_id from conversation_message message where message.id = t.message_id)`,
  });
const BLOB_KEY = ofFile('blob_key_sealed');
const NAME = ofFile('name_sealed');

/** Where what is said in a conversation is sealed, under its own data key. */
export const { place: textPlace } = TEXT;
export const { place: fileKeyPlace } = BLOB_KEY;
export const { place: fileNamePlace } = NAME;

const copied = { of: 'account', copied: ['conversations'] } as const;

export const CONVERSATION_TABLES: RoomTables = {
  tables: {
    conversation: copied,
    conversation_message: copied,
    message_file: copied,
    conversation_reading: { of: 'account', leftOut: 'which of the messages in the copy were read' },
    correspondent: { of: 'account', leftOut: 'how many messages were sent on a day, which are in the copy' },
  },
  dataKeys: [{ table: 'conversation', id: { column: 'id', type: 'uuid' } }],
  sealed: [TEXT, BLOB_KEY, NAME],
};
