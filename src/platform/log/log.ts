import { type Logger, pino } from 'pino';

/** Names under which a secret or personal data could stand, at any of the first two depths. */
const SECRET_NAMES = [
  'password',
  'code',
  'token',
  'secret',
  'authorization',
  'cookie',
  'email',
  'identifier',
  'fullName',
  'born',
  'accessCode',
  'backupCode',
  'body',
  'query',
  'ip',
  'remoteAddress',
];

/** One JSON object a line on standard output, without personal data (ASVS 16.2.5). */
export function makeLog(level: string): Logger {
  return pino({
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  });
}
