export { POSTAL_FIELDS, PostalAddress, type PostalField } from './address.ts';
export { addressOf, type FormatField, fieldsOf, postalLines } from './format.ts';
export { type PostalWarning, postalWarnings, tidyPostcode } from './judge.ts';
