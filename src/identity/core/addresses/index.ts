export {
  type Address,
  type AddressParts,
  addAddress,
  beginAnew,
  bringBack,
  forgetFormer,
  leave,
  readAddresses,
  readLeft,
  removeOldFormer,
  setPrimary,
  takeOut,
} from './addresses.ts';
export {
  type AddressLink,
  endReportLinks,
  findLink,
  linkFor,
  type Reader,
  readReaders,
  removeOldLinks,
} from './links.ts';
export { highest, type Standing, settledIn } from './standing.ts';
export { ADDRESS_TABLES } from './tables.ts';
