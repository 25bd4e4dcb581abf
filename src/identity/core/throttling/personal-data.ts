import type { PersonalData } from '../../../platform/tables/index.ts';
import { accountSubject, clearAll } from './throttle.ts';

/** The counts of an account, which do not go with its row: they may be of who has none. */
export const throttlingData: PersonalData = {
  name: 'throttling',
  erase: (transaction, accountId) => clearAll(transaction, accountSubject(accountId)),
};
