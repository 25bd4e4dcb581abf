import { type RawBuilder, type SqlBool, sql } from 'kysely';

/**
 * Whether somebody else may be in an account, so that nothing it says counts until its person has it back: a condition on an
 * id of `account`.
 */
export const isUnderAlarm = (accountId: RawBuilder<string>): RawBuilder<SqlBool> => sql<SqlBool>`exists (
  select from account held where held.id = ${accountId} and held.alarmed_at is not null)`;
