export {
  type Contact,
  type ContactCase,
  type ContactChange,
  type ContactOwner,
  type Contacts,
  type ContactVersion,
  makeContacts,
  type OfficeState,
} from './contact.ts';
export { ContactDetails } from './details.ts';
export {
  listingUnconfirmed,
  readUnconfirmed,
  type SentContact,
  type UnconfirmedContact,
  unconfirmedContacts,
} from './for-the-office.ts';
export {
  goesElsewhere,
  insertSafeAddressLines,
  knowingSafeAddressLines,
  type SafeAddressState,
} from './safe-address.ts';
export { CONTACT_TABLES } from './tables.ts';
export {
  type Acknowledged,
  type AcknowledgementLine,
  acknowledgeByLines,
  knowingAcknowledgements,
} from './writing.ts';
