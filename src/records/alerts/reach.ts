import type { Database } from '../../platform/database/index.ts';

/** A way to reach a person: the id by which it is known, and where a message goes. */
export type ReachPoint = { readonly id: string; readonly to: string };

/** How to reach whoever has an account. */
export type Reach = {
  readonly language: string;
  /** IANA zone by whose clock the person lives. */
  readonly timeZone: string;
  /** Addresses that are proven, the main one first. */
  readonly emails: readonly ReachPoint[];
  /** Telephones that are proven, the oldest first. */
  readonly phones: readonly ReachPoint[];
};

/** Says how to reach an account; null where there is none. Handed in, since only identity knows. */
export type ReachOf = (database: Database, accountId: string) => Promise<Reach | null>;
