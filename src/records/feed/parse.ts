import { isUtf8 } from 'node:buffer';
import { type IntakeEvent, type IntakeRules, type Read, readEvent } from '../intake/index.ts';

/** Reads one line of a feed. Never throws; a reason never repeats what the line says of a person. */
export function parseLine(bytes: Buffer, rules: IntakeRules): Read<IntakeEvent> {
  if (!isUtf8(bytes)) return { is: 'bad', reason: 'not valid UTF-8' };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { is: 'bad', reason: 'not valid JSON' };
  }
  try {
    return readEvent(value, rules);
  } catch {
    // One line that cannot be read may not keep the others from coming in.
    return { is: 'bad', reason: 'cannot be read' };
  }
}
