export {
  asPhoneNumber,
  maskedPhone,
  type PhoneNumber,
  type PhoneResult,
  parsePhone,
  phoneField,
  writtenPhone,
} from './number.ts';
export { phoneData } from './personal-data.ts';
export { type AddPhoneResult, makePhones, type Phone, type Phones, phoneIndexes } from './phones.ts';
export { phonesPolicy } from './policy.ts';
export { PHONE_TABLES } from './tables.ts';
