export {
  type AccountId,
  asAccountId,
  createAccount,
  emailIndex,
  findByIdentifier,
  holdAccount,
  isEmailTaken,
  type NewAccount,
  normalEmail,
  openFullName,
  type Person,
  readPerson,
} from './accounts.ts';
export { personForm } from './person-form.ts';
