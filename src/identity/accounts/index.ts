export {
  type AccountId,
  type Addressee,
  asAccountId,
  createAccount,
  emailIndex,
  firstName,
  holdAccount,
  identified,
  isEmailTaken,
  type NewAccount,
  normalEmail,
  openAccountKey,
  openEmail,
  openFullName,
  type Person,
  readAddressee,
  readPerson,
  sealEmail,
  setPassword,
} from './accounts.ts';
export { emailForm } from './email-form.ts';
export { personForm } from './person-form.ts';
