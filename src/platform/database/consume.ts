import type { RawBuilder } from 'kysely';

/**
 * Uses something up, such as a right answer: a part of a larger statement, done only where a condition holds. It gives a row to the first
 * who asks and none to whoever sends the same answer again, at the same moment too.
 */
export type Consume = (when: RawBuilder<boolean>) => RawBuilder<unknown>;
