import type { DataKey } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';

/** Whose data it is, and what opens what is sealed of it. */
export type DataOwner<Id extends string = string> = { readonly accountId: Id; readonly key: DataKey };

/** A part of what is kept about a person. */
export type PersonalData<Id extends string = string> = {
  /** Under which it stands in the person's copy. */
  readonly name: string;
  /** What the copy has of it; none where it has nothing. */
  readonly read?: (owner: DataOwner<Id>) => Promise<unknown>;
  /** Removes what does not go with the row of the account, in the transaction that erases that. */
  readonly erase?: (transaction: Database, accountId: Id) => Promise<void>;
};
