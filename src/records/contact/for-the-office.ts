import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type CaseCatalogue, endedStatuses, linkedSince, mayRead } from '../cases/index.ts';
import { CONTACT_SEALED, type ContactDetails, readDetails } from './details.ts';
import { goesElsewhere } from './safe-address.ts';

/** Contact details that the office of a case has not confirmed. */
export type UnconfirmedContact = {
  /** The id of the version, by which the office says that it has it. */
  readonly contact: string;
  readonly receipt: string;
  /** Since when it is there for the case. */
  readonly at: Date;
  readonly details: ContactDetails;
};

/** That contact details wait to be confirmed for a case, without what they say. */
export type SentContact = Pick<UnconfirmedContact, 'contact' | 'at'>;

/**
 * The newest contact details of whoever may read a case, where its office has not confirmed them, as one JSON value for
 * `readUnconfirmed`. A fragment.
 * @param receipt the column that names the case
 */
export const listingUnconfirmed = (receipt: RawBuilder<string>): RawBuilder<unknown> => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('contact', newest.id, 'at', newest.at) order by newest.at), '[]')
  from contact_version newest
  where ${mayRead(sql.ref('newest.account_id'), receipt)} and ${isUnconfirmed(receipt)})`;

/** Of a row `newest` of `contact_version`: nothing took its place, and the office of the case has not confirmed it. */
const isUnconfirmed = (receipt: RawBuilder<string>): RawBuilder<SqlBool> => sql<SqlBool>`(
  not exists (
    select from contact_version after
    where after.account_id = newest.account_id and after.version > newest.version)
  and not exists (
    select from contact_acknowledgement said
    where said.contact_id = newest.id and said.receipt = ${receipt})
  and not ${goesElsewhere(receipt)})`;

const Listed = z.array(
  z.object({
    contact: z.uuid(),
    at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  }),
);

/** What `listingUnconfirmed` gave. */
export const readUnconfirmed = (value: unknown): readonly SentContact[] => Listed.parse(value);

type Row = Omit<UnconfirmedContact, 'details'> & {
  readonly accountId: string;
  readonly sealed: Buffer;
};

/**
 * The newest contact details for each open case whose office has not confirmed them, oldest first; none for a case whose
 * letters go to an agreed address. For the office, so nobody is asked who they are.
 * @param keyOf the key of an account's data
 * @param isHeld whether nothing that an account says counts now: a condition on an id of `account`
 */
export async function unconfirmedContacts(
  database: Database,
  catalogue: CaseCatalogue,
  keyOf: (accountId: string) => Promise<DataKey>,
  isHeld: (accountId: RawBuilder<string>) => RawBuilder<SqlBool>,
): Promise<readonly UnconfirmedContact[]> {
  const { rows } = await sql<Row>`
    select newest.id as contact, own.receipt, newest.account_id as "accountId", newest.details_sealed as sealed,
      greatest(newest.at, ${linkedSince(sql.ref('newest.account_id'), sql.ref('own.receipt'))}) as at
    from contact_version newest
    join case_record own on ${mayRead(sql.ref('newest.account_id'), sql.ref('own.receipt'))}
    where own.status <> all(${endedStatuses(catalogue)}::text[]) and ${isUnconfirmed(sql.ref('own.receipt'))}
      and not ${isHeld(sql.ref('newest.account_id'))}
    order by at, own.receipt`.execute(database);
  const keys = new Map<string, DataKey>();
  const unconfirmed: UnconfirmedContact[] = [];
  for (const { accountId, sealed, ...row } of rows) {
    const key = keys.get(accountId) ?? (await keyOf(accountId));
    keys.set(accountId, key);
    unconfirmed.push({ ...row, details: readDetails(key.unseal(sealed, CONTACT_SEALED.place(row.contact))) });
  }
  return unconfirmed;
}
