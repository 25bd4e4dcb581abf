import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { asAccountId, zoneOf } from '../accounts/index.ts';
import { type AddressParts, readAddresses } from '../addresses/index.ts';
import type { Phones } from '../phones/index.ts';

/** A way to reach a person: its id, and where a message goes. */
type Point = { readonly id: string; readonly to: string };

/** How to reach the person of an account, for the floors that know accounts by their ids alone. */
export type Reach = {
  readonly language: string;
  /** IANA zone by whose clock they live. */
  readonly timeZone: string;
  /** The main address first; each was proven. */
  readonly emails: readonly Point[];
  /** The oldest first; each was proven. */
  readonly phones: readonly Point[];
};

/** @param timeZone that of the agency, by which everybody lives who has said nothing else */
export const makeReach =
  (
    parts: AddressParts & { readonly vault: Vault; readonly phones: Pick<Phones, 'list'> },
    timeZone: string,
  ) =>
  /** @returns null where there is no such account */
  async (database: Database, id: string): Promise<Reach | null> => {
    const accountId = asAccountId.parse(id);
    const account = await database
      .selectFrom('account')
      .select(['language', 'data_key'])
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (account === undefined) return null;
    const key = parts.vault.openDataKey(account.data_key);
    const emails = await readAddresses(database, parts, accountId);
    const phones = await parts.phones.list(database, { accountId, key });
    return {
      language: account.language,
      timeZone: (await zoneOf(database, parts.vault, accountId)) ?? timeZone,
      emails: emails.map(({ id: emailId, email }) => ({ id: emailId, to: email })),
      phones: phones
        .filter(({ verifiedAt }) => verifiedAt !== null)
        .map(({ id: phoneId, number }) => ({ id: phoneId, to: number })),
    };
  };
