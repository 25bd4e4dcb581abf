export { receiptField, receiptHint } from './receipt-field.ts';
