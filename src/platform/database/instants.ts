import pg from 'pg';

export const TIMESTAMPTZ_OID = 1184;
const [DASH, POINT, ZERO] = [45, 46, 48];

/**
 * Reads `2026-11-30 20:31:45.123456+00`, as PostgreSQL writes an instant to a connection in UTC; what is finer than a
 * millisecond is cut off. Anything else, such as years before 1000, is the driver's to read, which takes five times as long.
 */
export function readInstant(text: string): unknown {
  const end = text.length - 3;
  if (end < 19 || text.charCodeAt(4) !== DASH || text.charCodeAt(0) === ZERO || !text.endsWith('+00'))
    return pg.types.getTypeParser(TIMESTAMPTZ_OID)(text);
  const two = (at: number) => (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
  const digit = (at: number) => (at < end ? text.charCodeAt(at) - ZERO : 0);
  const milliseconds = text.charCodeAt(19) === POINT ? digit(20) * 100 + digit(21) * 10 + digit(22) : 0;
  return new Date(
    Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17), milliseconds),
  );
}
