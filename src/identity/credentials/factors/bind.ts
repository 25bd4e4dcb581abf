import type { Database } from '../../../platform/database/index.ts';
import type { Bind } from './factor.ts';

/** Takes back everything that was done together with a second step that could not be bound. */
class UsedUp extends Error {}

/** Binds a second step as a part of something larger, which is all taken back where it was used up before. */
export async function bindOrTakeBack(
  bind: Bind,
  transaction: Database,
  owner: Parameters<Bind>[1],
): Promise<void> {
  if (!(await bind(transaction, owner))) throw new UsedUp();
}

/** What a transaction with `bindOrTakeBack` comes to. */
export async function unlessUsedUp<T>(transaction: Promise<T>): Promise<T | { readonly is: 'wrong' }> {
  try {
    return await transaction;
  } catch (error) {
    if (error instanceof UsedUp) return { is: 'wrong' };
    throw error;
  }
}
