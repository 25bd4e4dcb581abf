import type { Database } from '../../platform/database/index.ts';
import type { AccountId } from '../accounts/index.ts';

type WayIn = 'authenticator-app';

/** What people are told about their account. */
export type Notice =
  | { readonly is: 'password-changed' }
  | { readonly is: 'username-changed' }
  | { readonly is: 'factor-added'; readonly factor: WayIn }
  | { readonly is: 'factor-removed'; readonly factor: WayIn }
  | { readonly is: 'backup-codes-renewed' }
  | { readonly is: 'sessions-ended' }
  | { readonly is: 'account-closing'; readonly on: Date }
  | { readonly is: 'account-closing-cancelled' }
  | { readonly is: 'data-ready'; readonly until: Date };

export type Notices = {
  /** Tells a person what happened to their account, in the caller's transaction. */
  send(transaction: Database, accountId: AccountId, notice: Notice): Promise<void>;
};
