import { sql } from 'kysely';
import type { Rotation, SealedColumn } from '../../../platform/crypto/index.ts';
import { emailIndexes, usernameIndexes } from '../accounts/index.ts';
import { asPhoneNumber, phoneIndexes } from '../phones/index.ts';

const id = { column: 'id', type: 'uuid' } as const;
const ofAccount = { id, keyOf: 'account' } as const;
const address = { index: 'email_index', sealed: 'email_sealed', indexesOf: emailIndexes } as const;

const own = (table: string, ...columns: readonly string[]): readonly SealedColumn[] =>
  columns.map((column) => ({ table, column, row: 'id', of: sql`t.id` }));
const ofAccounts = (table: string, column: string, row = 'id'): SealedColumn => ({
  table,
  column,
  row,
  of: sql`t.account_id`,
});
/** A number that is not an account's yet, under the key of the sign-up or the way back that asks for a code. */
const ofAttempt: SealedColumn = { ...ofAccounts('sms_code', 'number_sealed'), of: sql`t.attempt` };

/** What stands in the tables of identity under keys of the ring, and how to bring it under others (ASVS 11.2.2). */
export const identityRotation: Rotation = {
  indexed: [
    { ...ofAccount, ...address, table: 'account_email' },
    { ...ofAccount, ...address, table: 'email_addition' },
    { id, keyOf: 'row', ...address, table: 'sign_up' },
    {
      id,
      keyOf: 'row',
      table: 'account',
      index: 'username_index',
      sealed: 'username_sealed',
      indexesOf: usernameIndexes,
    },
    {
      ...ofAccount,
      table: 'account_phone',
      index: 'number_index',
      sealed: 'number_sealed',
      indexesOf: (vault, number) => phoneIndexes(vault, asPhoneNumber(number)),
    },
  ],
  keyed: [
    {
      kind: 'index',
      table: 'account_email',
      column: 'email_index',
      names: 'digest',
      what: 'email addresses',
    },
    { kind: 'index', table: 'email_addition', column: 'email_index', names: 'digest', what: 'new addresses' },
    { kind: 'index', table: 'sign_up', column: 'email_index', names: 'digest', what: 'sign-ups under way' },
    { kind: 'index', table: 'account', column: 'username_index', names: 'digest', what: 'usernames' },
    {
      kind: 'index',
      table: 'account_phone',
      column: 'number_index',
      names: 'digest',
      what: 'telephone numbers',
    },
    { kind: 'pepper', table: 'password', column: 'hash', names: 'hash', what: 'passwords' },
    {
      kind: 'pepper',
      table: 'sign_up',
      column: 'password_hash',
      names: 'hash',
      what: 'passwords of sign-ups',
    },
    {
      kind: 'pepper',
      table: 'recovery',
      column: 'password_hash',
      names: 'hash',
      what: 'passwords of ways back',
      where: sql<boolean>`ended_at is null`,
    },
    {
      kind: 'pepper',
      table: 'security_question',
      column: 'answers_hash',
      names: 'hash',
      what: 'sets of answers to security questions',
    },
    { kind: 'pepper', table: 'backup_code_set', column: 'salt', names: 'salt', what: 'sets of backup codes' },
    {
      kind: 'pepper',
      table: 'replaced_backup_codes',
      column: 'salt',
      names: 'salt',
      what: 'sets of backup codes that were replaced',
    },
    {
      kind: 'pepper',
      table: 'backup_code_draft',
      column: 'salt',
      names: 'salt',
      what: 'sets of backup codes not yet in use',
      where: sql<boolean>`codes_sealed is not null`,
    },
  ],
  sealed: [
    {
      table: 'account',
      id,
      columns: [
        ...own('account', 'full_name_sealed', 'born_sealed', 'birth_country_sealed'),
        ...own('account', 'name_in_use_sealed', 'username_sealed'),
        ofAccounts('account_email', 'email_sealed'),
        ofAccounts('account_phone', 'number_sealed'),
        ofAccounts('authenticator_app', 'secret_sealed'),
        ofAccounts('authenticator_app', 'name_sealed'),
        {
          table: 'authenticator_app_offer',
          column: 'secret_sealed',
          row: 'session_id',
          of: sql`(select account_id from session where session.id = t.session_id)`,
        },
        ofAccounts('backup_code_set', 'codes_sealed', 'account_id'),
        ofAccounts('backup_code_draft', 'codes_sealed'),
        ofAccounts('data_export', 'content_sealed'),
        ofAccounts('email_addition', 'email_sealed'),
        ofAccounts('former_email', 'email_sealed'),
        ofAccounts('kept_form', 'fields_sealed', 'path'),
        ofAccounts('passkey', 'name_sealed'),
      ],
    },
    {
      table: 'sign_up',
      id,
      columns: [...own('sign_up', 'email_sealed', 'person_sealed', 'secret_sealed'), ofAttempt],
    },
    {
      table: 'recovery',
      id,
      columns: [...own('recovery', 'asked_sealed', 'elsewhere_sealed', 'secret_sealed'), ofAttempt],
    },
  ],
};
