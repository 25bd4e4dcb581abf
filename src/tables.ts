import { DEMO_TABLES } from './demo/index.ts';
import { IDENTITY_TABLES } from './identity/index.ts';
import { AUDIT_TABLES } from './platform/audit/index.ts';
import { FOUNDATION_TABLES } from './platform/foundation/index.ts';
import { REQUEST_TABLES } from './platform/http/index.ts';
import { MESSAGE_TABLES } from './platform/messages/index.ts';
import { PROOF_TABLES } from './platform/proof-of-work/index.ts';
import { STORAGE_TABLES } from './platform/storage/index.ts';
import { STREAM_TABLES } from './platform/stream/index.ts';
import { type RoomTables, rotationOf } from './platform/tables/index.ts';
import { RECORDS_TABLES } from './records/index.ts';

/** What every room says of its tables, by floors. */
export const TABLES: readonly RoomTables[] = [
  ...IDENTITY_TABLES,
  ...RECORDS_TABLES,
  AUDIT_TABLES,
  FOUNDATION_TABLES,
  MESSAGE_TABLES,
  PROOF_TABLES,
  REQUEST_TABLES,
  STORAGE_TABLES,
  STREAM_TABLES,
  ...DEMO_TABLES,
];

/** What it takes to replace the keys of the whole database. */
export const ROTATION = rotationOf(TABLES);
