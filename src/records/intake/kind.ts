import type { RawBuilder } from 'kysely';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Note } from '../changes/index.ts';
import { bad, type IntakeRules, type Read } from './reading.ts';

/** What every kind says. */
export type Said = {
  readonly kind: string;
  readonly id: string;
  readonly at: Date;
};

/** Something said, with all of it as one text, and the keyed digest of that by which it is known again. */
export type Digested<Event extends Said> = {
  readonly event: Event;
  readonly whole: string;
  readonly digest: Buffer;
};

/** What became of something said: it is new, it was there before, or it is refused for a reason that holds nothing personal. */
export type Taken = { readonly is: 'added' } | { readonly is: 'known' } | ReturnType<typeof bad>;

export type TakingParts = { readonly vault: Vault; readonly now: Date };

/** One kind of thing that the agency may say. */
export type IntakeKind<Item extends Digested<Said>> = {
  /** Never throws; a reason never repeats what is said of a person. */
  read(value: object, rules: IntakeRules): Read<Item['event']>;
  /** All that is said, as one text: equal for equal events, however their JSON is written. */
  canonical(event: Item['event']): string;
  /** A query of `id` and `digest` of what is already there of these ids. */
  knowing(ids: readonly string[]): RawBuilder<unknown>;
  /**
   * Takes in what is new, each under an id of its own.
   * @returns what became of each, in their order; nothing of what is refused is written
   */
  take(
    transaction: Database,
    note: Note,
    parts: TakingParts,
    fresh: readonly Item[],
  ): Promise<readonly Taken[]>;
};

export const ADDED: Taken = { is: 'added' };
export const KNOWN: Taken = { is: 'known' };
export const UNKNOWN_CASE = bad('the case is not known');
