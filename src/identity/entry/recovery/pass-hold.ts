import type { Clock } from '../../../platform/clock/index.ts';
import { tokenHash } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { endHoldNow } from './store.ts';

/**
 * Lets the time of a hold pass at once, for a demonstration and nothing else: the times of that one way back move, and the
 * clock of the house stays.
 * @param token of the browser that waits
 * @returns whether there was a hold that ran
 */
export const passHold = (database: Database, clock: Clock, token: string): Promise<boolean> =>
  endHoldNow(database, tokenHash(token), clock.now());
