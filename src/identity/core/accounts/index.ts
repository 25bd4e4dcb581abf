export {
  type AccountId,
  type Addressee,
  asAccountId,
  createAccount,
  emailIndexes,
  identified,
  isEmailTaken,
  lockAccount,
  type NewAccount,
  normalEmail,
  normalIdentifier,
  noteRenewal,
  openAccountKey,
  openEmail,
  openFullName,
  openNameInUse,
  openPerson,
  type Person,
  type Profile,
  readAddressee,
  readPerson,
  readProfile,
  sealEmail,
  setNameInUse,
  setPassword,
  setPerson,
  setUsername,
  usernameIndexes,
} from './accounts.ts';
export { ACCOUNT_ACTIVITY } from './activity-labels.ts';
export { emailForm } from './email-form.ts';
export { PersonFields, personRows, typedPerson } from './person-fields.tsx';
export { PERSON_FIELDS, personForm } from './person-form.ts';
export { accountData } from './personal-data.ts';
export { ACCOUNT_TABLES } from './tables.ts';
export { setZone, zoneOf } from './zone.ts';
