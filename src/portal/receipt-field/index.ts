export { receiptField } from './receipt-field.ts';
