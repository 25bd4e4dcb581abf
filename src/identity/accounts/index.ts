export {
  type AccountId,
  asAccountId,
  createAccount,
  emailIndex,
  identified,
  isEmailTaken,
  type NewAccount,
  normalEmail,
  openFullName,
  type Person,
  primaryEmail,
  readPerson,
} from './accounts.ts';
export { personForm } from './person-form.ts';
