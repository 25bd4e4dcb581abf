import { type SecurityEventRow, securityEvents, securityLog } from '../platform/audit/index.ts';
import { connect } from '../platform/database/index.ts';
import { makeLog } from '../platform/log/index.ts';
import { makeStreams, type Reader, readingFrom } from '../platform/stream/index.ts';

// A process that tells its log of the security events and is killed: before what it told of commits, or right after.
const die = () => process.kill(process.pid, 'SIGKILL');

const log = makeLog('info');
const telling = securityLog(log);
const reader: Reader<SecurityEventRow> = {
  ...telling,
  take: async (...given) => {
    await telling.take(...given);
    if (process.env['DIES'] === 'before the commit') die();
  },
};
const connection = connect(process.env['DATABASE_URL'] ?? '', 2);
await makeStreams({ connection, log, readings: [readingFrom(securityEvents, reader)] }).read();
die();
