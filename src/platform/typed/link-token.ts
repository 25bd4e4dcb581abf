import { z } from 'zod';
import { withoutUnseen } from './text.ts';

/** A token of 256 bits in base64url. */
const LENGTH = 43;
const LONGEST = 1_000;

const Fields = z.record(z.string(), z.unknown()).catch({});

/**
 * Reads the token of a link that came by mail, from a query or a form. What mail programs and people add around it is no fault:
 * points, commas, brackets, spaces, and the `3D` of a message that was not decoded (RFC 2045 §6.7).
 * @param given the query or the body, whatever it is
 * @param field where the token stands
 * @returns null where a part of it is missing, or all: the link was cut
 */
export function linkIn(given: unknown, field: string): string | null {
  const value = Fields.parse(given)[field];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'string') return null;
  const [run = ''] = /[\w-]+/.exec(withoutUnseen(first.slice(0, LONGEST)).replaceAll(/\s/g, '')) ?? [];
  const isUndecoded = run.length === LENGTH + 2 && run.startsWith('3D');
  const token = isUndecoded ? run.slice(2) : run.slice(0, LENGTH);
  return token.length === LENGTH ? token : null;
}
