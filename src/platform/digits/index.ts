export { codeDigits, plainDigits } from './digits.ts';
