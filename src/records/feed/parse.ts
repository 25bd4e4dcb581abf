import { isUtf8 } from 'node:buffer';
import { type IntakeEvent, type IntakeRules, idOf, type Read, readEvent } from '../intake/index.ts';

/** A line that cannot be taken in, with the id that it says, if one can be read. */
type BadLine = { readonly is: 'bad'; readonly reason: string; readonly id: string | null };

/** Reads one line of a feed. Never throws; a reason never repeats what the line says of a person. */
export function parseLine(
  bytes: Buffer,
  rules: IntakeRules,
): Exclude<Read<IntakeEvent>, { is: 'bad' }> | BadLine {
  const bad = (reason: string, id: string | null = null): BadLine => ({ is: 'bad', reason, id });
  if (!isUtf8(bytes)) return bad('not valid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return bad('not valid JSON');
  }
  try {
    const read = readEvent(value, rules);
    return read.is === 'bad' ? bad(read.reason, idOf(value)) : read;
  } catch {
    // One line that cannot be read may not keep the others from coming in.
    return bad('cannot be read', idOf(value));
  }
}
