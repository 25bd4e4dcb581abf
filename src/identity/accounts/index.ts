export {
  type AccountId,
  asAccountId,
  createAccount,
  emailIndex,
  identified,
  isEmailTaken,
  type NewAccount,
  normalEmail,
  openAccountKey,
  openFullName,
  type Person,
  readContact,
  readPerson,
  setPassword,
} from './accounts.ts';
export { personForm } from './person-form.ts';
