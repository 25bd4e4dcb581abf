import { z } from 'zod';

/**
 * The SQLSTATEs, or classes of them, by which PostgreSQL says that it cannot do something now and may be able to in a moment
 * (its manual, appendix A): a connection that broke, memory or disk or connections that ran out, a lock that somebody holds,
 * a statement that took too long, a server that stops, starts or has become one that only reads, a system call that failed;
 * and two transactions in each other's way.
 */
const UNAVAILABLE = /^(?:08...|53...|55P03|57014|57P0[1-5]|25006|25P0[34]|58030|40001|40P01)$/;
/** What the driver says without a code of PostgreSQL, of a connection that broke under a statement. */
const BROKEN_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const BROKEN = /^(?:Connection terminated|Client has encountered a connection error)/;

const Failed = z.object({ code: z.string().optional(), message: z.string().catch('') });

/**
 * Whether a statement failed for a reason that passes, so that whoever asked may be told to try again.
 * @returns the reason in one word that a log may have; null where it is another fault
 */
export function unavailability(error: unknown): string | null {
  const { code, message } = Failed.catch({ message: '' }).parse(error);
  if (code === undefined) return BROKEN.test(message) ? 'connection-broken' : null;
  return UNAVAILABLE.test(code) || BROKEN_CODES.has(code) ? code : null;
}
