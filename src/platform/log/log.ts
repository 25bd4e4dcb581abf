import { type DestinationStream, type Logger, pino } from 'pino';

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

const standardOutput = (): DestinationStream =>
  pino.destination({ sync: false, minLength: 4_096, periodicFlush: 1_000 });

/** One JSON object a line on standard output, without personal data (ASVS 16.2.5). Written at most a second later. */
export function makeLog(level: string, output = standardOutput()): Logger {
  const redact = {
    paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '[redacted]',
  };
  return pino({ level, base: {}, timestamp: pino.stdTimeFunctions.isoTime, redact }, output);
}

/** What a pipe, a socket or a terminal answers that has no disk behind it. */
const NO_DISK = ['EINVAL', 'ENOTSUP'];

/**
 * Waits until all that was logged so far is written out, and on the disk where it goes to one.
 * @throws when it cannot be written
 */
export async function flushLog(log: Pick<Logger, 'flush'>): Promise<void> {
  const flush = () =>
    new Promise<void>((resolve, reject) => {
      log.flush((error) => (error == null || isNoDisk(error) ? resolve() : reject(error)));
    });
  // The first may only wait for a write that had begun before the last lines came.
  await flush();
  await flush();
}

function isNoDisk(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'fsync' && NO_DISK.includes(error.code ?? '');
}

/** Where an error happened. Its message stays out of the log: it can hold what a person typed. */
export function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
